import type { AddressDatabases } from "../addresses/index.ts";
import type { Admission } from "../admission/index.ts";
import type { Alerts } from "../alerts/index.ts";
import type { Node } from "../commit/index.ts";
import type { Config } from "../config.ts";
import type { Deliver, Identity } from "../identity/index.ts";
import type { Log } from "../log/index.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { BundleSources, Cosigned, Reader, ReadingEvents, RecentActs } from "../read/index.ts";
import type { Recorder } from "../record/index.ts";
import type { Search } from "../search/index.ts";
import type { Streams } from "../streams/index.ts";
import type { SigningKeys, Tree, TreeReader } from "../tree/index.ts";
import type { VerificationSchedule } from "../verify/index.ts";
import type { BrowserOrigins } from "./browser-origins.ts";

/** `unknown_log`: it answers, and does not witness this log; after a restore it has to be given the new one. */
export const WITNESS_CONDITIONS = ["ok", "unreachable", "unknown_log"] as const;
type WitnessCondition = (typeof WITNESS_CONDITIONS)[number];

/** A witness, as far as a reader can know. */
export interface WitnessState {
  readonly name: string;
  readonly keyId: string;
  readonly state: WitnessCondition;
  /** Entries that the newest checkpoint it has cosigned covers; 0 for none. */
  readonly cosignedSize: number;
}

/** What the routes are built on. Owned by the composition root, which closes it. */
export interface Parts {
  readonly admission: Admission;
  readonly addressDatabases: AddressDatabases;
  /** Where the log is shared with other nodes. */
  readonly node: Node | undefined;
  readonly identity: Identity;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly search: Search;
  readonly reader: Reader;
  readonly tree: TreeReader & Pick<Tree, "signAgain" | "signingFails">;
  readonly signingKeys: SigningKeys;
  readonly verification: VerificationSchedule;
  readonly witnesses: Cosigned & { status(organization: string): readonly WitnessState[] };
  readonly streams: Streams;
  readonly alerts: Alerts;
  readonly deliver: Deliver;
  readonly recentActs: RecentActs;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly version: string;
  /** The console's built files. */
  readonly consoleDir: string;
  /** Random; written to `run/server.json` for the command line. */
  readonly operatorToken: string;
  /** A setting is added there, and read where it is used. */
  readonly config: Config;
  /** Origins under which the console is reached, the public one first. */
  readonly publicOrigins: readonly string[];
  /** Origins whose pages can record events. */
  readonly browserOrigins: BrowserOrigins;
  readonly readingEvents: ReadingEvents;
  /** Aborts when the server begins to stop. */
  readonly stopping: AbortSignal;
}

/** The console's, as people reach it. */
export function publicUrl({ publicOrigins }: Pick<Parts, "publicOrigins">): string {
  return publicOrigins[0] ?? "";
}

/** What bundles are put together from. */
export function bundleSources({
  search,
  log,
  tree,
  witnesses,
  reader,
}: Pick<Parts, "search" | "log" | "tree" | "witnesses" | "reader">): BundleSources {
  return { search, log, tree, witnesses, onDamage: reader.onDamage };
}
