/** The way out: the positions that search found and the entries of the log become pages, exports and live rows. */

export { type BundleSources, bundleChunks, type Cosigned, planBundle, planEntryBundle } from "./bundle.ts";
export { altered, DAMAGE_TEXT, type Damage, visibleIn } from "./check.ts";
export { oncePerPlace } from "./damage-reports.ts";
export type { DamageListener } from "./entries.ts";
export type { ExportChunk, ExportOptions } from "./export.ts";
export { FormatThread } from "./formatter.ts";
export type { NamedGroup } from "./groups.ts";
export { LeafHashes } from "./leaf-hashes.ts";
export type { LiveEvents } from "./live.ts";
export { OwnActs } from "./own-acts.ts";
export type { PageEnd } from "./page.ts";
export { Positions } from "./positions.ts";
export { Reader } from "./reader.ts";
export { type ReadScope, resolve } from "./resolve.ts";
export { damagedItem, type PublicReason } from "./text.ts";
