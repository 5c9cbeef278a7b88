/** The way out: the positions that search found and the entries of the log become pages, exports and live rows. */

export { type BundleSources, bundleChunks, type Cosigned, planBundle, planEntryBundle } from "./bundle.ts";
export { altered, visibleIn } from "./check.ts";
export {
  type Damage,
  type DamageListener,
  type DamageReason,
  damagedItem,
  damageText,
  oncePerPlace,
} from "./damage.ts";
export type { ExportChunk, ExportOptions } from "./export.ts";
export { FormatThreads } from "./formatter.ts";
export type { NamedGroup } from "./groups.ts";
export { LeafHashes } from "./leaf-hashes.ts";
export type { LiveEvents } from "./live.ts";
export { type LookUp, lookUp } from "./look-up.ts";
export type { PageEnd } from "./page.ts";
export { Reader } from "./reader.ts";
export { type Asked, completionId, type Exported, ReadingEvents } from "./reading-events.ts";
export { RecentActs } from "./recent-acts.ts";
export { type Positions, resolveQuery } from "./resolve.ts";
