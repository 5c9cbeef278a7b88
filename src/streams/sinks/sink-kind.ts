import type { z } from "zod";
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
  /** Its own: closed with the sink. */
  readonly http: HttpSender;
  /** What the records are written in. */
  readonly format: FormatName;
  /** Empty but for sinks that sign what they send. */
  readonly signing: readonly SigningSecret[];
  /** Where sinks of type `file` write. Undefined: the operator allows none. */
  readonly filesDirectory: string | undefined;
  /** Where it can keep what must survive a restart. Undefined: nowhere. */
  readonly memory: StreamMemory | undefined;
  /** A signed note (C2SP signed-note) over a text, by the log's keys under the organization's name. */
  readonly signNote: (text: string) => Promise<string>;
}

/** One type of receiver: what has to be known of it, and how it is reached. */
export interface SinkKind {
  readonly type: string;
  /** What anybody who can see the stream sees. */
  readonly config: z.ZodObject;
  /** What is written once and never shown again. */
  readonly secrets: z.ZodObject;
  readonly formats: readonly FormatName[];
  /** Whether it signs with secrets that the server creates. */
  readonly signs?: true;
  open(config: unknown, secrets: unknown, parts: SinkParts): Sink;
}

/** Declares a type of receiver: what is stored of it is parsed again before it is opened. */
export function sinkKind<const Type extends string, Config extends z.ZodObject, Secrets extends z.ZodObject>(kind: {
  readonly type: Type;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly formats: readonly FormatName[];
  readonly signs?: true;
  open(config: z.output<Config>, secrets: z.output<Secrets>, parts: SinkParts): Sink;
}) {
  return {
    ...kind,
    open: (config: unknown, secrets: unknown, parts: SinkParts) =>
      kind.open(kind.config.parse(config), kind.secrets.parse(secrets), parts),
  };
}
