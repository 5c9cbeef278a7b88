/** The way out: the positions that search found and the entries of the log become pages, exports and live rows. */

export { type BundleSources, bundleChunks, type Cosigned, planBundle, planEntryBundle } from "./bundle.ts";
export { DAMAGE_TEXT } from "./check.ts";
export { oncePerPlace } from "./damage-reports.ts";
export type { ExportChunk } from "./export.ts";
export { FormatThread } from "./formatter.ts";
export type { NamedGroup } from "./groups.ts";
export type { LiveEvents } from "./live.ts";
export { OwnActs } from "./own-acts.ts";
export type { PageEnd } from "./page.ts";
export { Positions } from "./positions.ts";
export { Reader } from "./reader.ts";
export { type ReadScope, resolve, resolvePage } from "./resolve.ts";
export type { PublicReason } from "./text.ts";
