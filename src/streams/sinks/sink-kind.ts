import type { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Sink } from "../contract.ts";
import type { Destinations } from "../destinations.ts";
import type { FormatName } from "../formats/format.ts";
import type { HttpSender } from "../http-sender.ts";
import type { StreamMemory } from "../memory.ts";
import type { SigningSecret } from "./webhook-signatures.ts";

/** What every sink can use. */
export interface SinkParts {
  readonly streamId: string;
  readonly organization: string;
  readonly destinations: Destinations;
  readonly clock: Clock;
  /** The sink's own connections, closed with it. */
  readonly http: HttpSender;
  /** The format of the records. */
  readonly format: FormatName;
  /** Empty unless the sink signs what it sends. */
  readonly signing: readonly SigningSecret[];
  /** Where sinks of type `file` write. Undefined: the operator allows none. */
  readonly filesDirectory: string | undefined;
  /** Stores what must survive a restart. Undefined: nothing is stored. */
  readonly memory: StreamMemory | undefined;
  /** Signs a text as a note (C2SP signed-note), with the log's keys and the organization's name. */
  readonly signNote: (text: string) => Promise<string>;
}

/** What does not fit together: where, as a path of the input, and what is wrong there. */
export type Misfit = readonly [path: readonly [part: "config" | "secrets", name: string], message: string];

/** One type of receiver: its settings, and how to open it. */
export interface SinkKind {
  readonly type: string;
  /** Everybody who can see the stream sees these. */
  readonly config: z.ZodObject;
  /** These are entered once and never shown again. */
  readonly secrets: z.ZodObject;
  readonly formats: readonly FormatName[];
  /** Whether it signs with secrets that the server creates. */
  readonly signs?: true;
  /** Of settings and secrets that are valid by themselves. */
  misfits?(config: unknown, secrets: unknown): Misfit[];
  open(config: unknown, secrets: unknown, parts: SinkParts): Sink;
}

/** Declares a type of receiver. Its stored settings are parsed again before it is opened. */
export function sinkKind<const Type extends string, Config extends z.ZodObject, Secrets extends z.ZodObject>(kind: {
  readonly type: Type;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly formats: readonly FormatName[];
  readonly signs?: true;
  misfits?(config: z.output<Config>, secrets: z.output<Secrets>): Misfit[];
  open(config: z.output<Config>, secrets: z.output<Secrets>, parts: SinkParts): Sink;
}) {
  return {
    ...kind,
    misfits: (config: unknown, secrets: unknown) =>
      kind.misfits?.(kind.config.parse(config), kind.secrets.parse(secrets)) ?? [],
    open: (config: unknown, secrets: unknown, parts: SinkParts) =>
      kind.open(kind.config.parse(config), kind.secrets.parse(secrets), parts),
  };
}
