import type { JsonValue } from "@daybook/sdk";
import { z } from "zod";
import { DaybookError } from "../errors.ts";
import { parseInput, streamName } from "../identity/index.ts";
import { parseFixedFilter, requireFixedFilter, type SelectionParameters } from "../query/index.ts";
import { FORMATS, type FormatName, PROOFS, type Proof } from "./formats/format.ts";
import { SINK_KINDS, sinkKindOf } from "./sinks/registry.ts";
import type { SinkKind } from "./sinks/sink-kind.ts";

/** What a stream delivers and where, without its secrets. Stored as JSON. */
export interface StreamSettings {
  readonly type: string;
  readonly config: { readonly [name: string]: JsonValue };
  readonly format: FormatName;
  readonly filter: { readonly [name: string]: JsonValue };
  readonly proof: Proof;
  /** `all`: only for streams of the platform. */
  readonly organizations: "own" | "all";
}

export const ORGANIZATIONS = ["own", "all"] as const;

const start = z
  .union([
    z.enum(["beginning", "now"]),
    z.strictObject({ sequence: z.int("must be a whole number").nonnegative("must not be negative") }),
    z.strictObject({ time: z.iso.datetime({ offset: true, error: "must be an RFC 3339 time" }) }),
  ])
  .meta({
    id: "StreamStart",
    description: "Where it starts: at the beginning, now, or at a sequence or a time of recording.",
  });

export type Start = z.output<typeof start>;

const fields = {
  name: streamName,
  enabled: z
    .boolean("must be true or false")
    .meta({ description: "False: paused. True also resumes what a receiver has disabled." }),
  proof: z.enum(PROOFS, { error: `must be one of ${PROOFS.join(", ")}` }).meta({
    description: "Whether signed checkpoints are sent between the events; with `entry`, also both lines of each entry.",
  }),
  filter: z.record(z.string(), z.unknown(), { error: "must be an object of filters" }).meta({
    description: "Only events that match are delivered. The same filters as in a viewer token.",
  }),
};

export interface NewStream extends StreamSettings {
  readonly name: string;
  readonly secrets: { readonly [name: string]: JsonValue };
  readonly enabled: boolean;
  readonly start: Start;
}

/** Validates a new stream. The OpenAPI description is generated from it, too. */
const newStreamOfEachType = z.discriminatedUnion(
  "type",
  SINK_KINDS.map((kind) => {
    const { type, config, secrets, formats } = kind;
    const object = z.strictObject({
      name: fields.name,
      type: z.literal(type),
      config: config.prefault({}),
      secrets: secrets.prefault({}),
      format: formatAmong(formats).default(formats[0] ?? "daybook"),
      filter: fields.filter.default({}),
      proof: fields.proof.default("checkpoints"),
      organizations: z
        .enum(ORGANIZATIONS, { error: "must be own or all" })
        .default("own")
        .meta({ description: "`all`: every organization's events, for streams of the platform." }),
      enabled: fields.enabled.default(true),
      start: start.default("now"),
    });
    return fitting(kind, object);
  }) as unknown as [z.ZodObject, ...z.ZodObject[]],
  {
    error: (issue) =>
      issue.code === "invalid_union" ? `must be one of ${SINK_KINDS.map(({ type }) => type).join(", ")}` : undefined,
  },
);

/** TypeScript cannot infer the union of a list. */
export const newStream = newStreamOfEachType as unknown as z.ZodType<NewStream>;

export const streamChange = z
  .strictObject({
    name: fields.name.optional(),
    config: z.record(z.string(), z.unknown(), { error: "must be an object" }).optional(),
    secrets: z.record(z.string(), z.unknown(), { error: "must be an object" }).optional().meta({
      description: "Replaces all secrets. Needed whenever `config` changes and the stream has secrets.",
    }),
    format: z.enum(FORMATS, { error: `must be one of ${FORMATS.join(", ")}` }).optional(),
    filter: fields.filter.optional(),
    proof: fields.proof.optional(),
    enabled: fields.enabled.optional(),
  })
  .meta({ id: "StreamChange" });

export type StreamChange = z.output<typeof streamChange>;

export const replayRequest = z.strictObject({ start });

/** @returns the new settings, and the secrets if they are replaced. @throws DaybookError invalid_input */
export function applyChange(
  settings: StreamSettings,
  hasSecrets: boolean,
  { config, secrets, format, filter, proof }: StreamChange,
): { settings: StreamSettings; secrets: { [name: string]: JsonValue } | undefined } {
  const kind = sinkKindOf(settings.type);
  const schema = z.strictObject({ config: kind.config, secrets: kind.secrets, format: formatAmong(kind.formats) });
  const kept = { config: config ?? settings.config, secrets: secrets ?? {}, format: format ?? settings.format };
  // Secrets that stay were validated when they were sent.
  const stay = secrets === undefined && hasSecrets;
  const parsed = stay ? schema.omit({ secrets: true }).strip() : fitting(kind, schema);
  // Settings are shown and recorded, so nothing but these two is taken over into them.
  const given = parseInput(parsed, kept) as Pick<StreamSettings, "config" | "format">;
  const moved = JSON.stringify(given.config) !== JSON.stringify(settings.config);
  if (moved && hasSecrets && secrets === undefined) {
    // Otherwise a person who can change the destination could have the secrets sent to it.
    throw invalid("/secrets", "must be entered again when the configuration changes");
  }
  if (filter !== undefined) requireFixedFilter(filter);
  return {
    settings: {
      ...settings,
      config: given.config,
      format: given.format,
      ...(filter === undefined ? {} : { filter: filter as StreamSettings["filter"] }),
      ...(proof === undefined ? {} : { proof }),
    },
    secrets: secrets as { [name: string]: JsonValue } | undefined,
  };
}

/** The stored filter, if it is still valid. @throws DaybookError invalid_input */
export function filterOf({ filter }: StreamSettings): SelectionParameters {
  try {
    return parseFixedFilter(filter);
  } catch (cause) {
    if (!(cause instanceof DaybookError)) throw cause;
    const faults = cause.errors.map(({ pointer, message }) => `${pointer.slice(1)} ${message}`).join("; ");
    const text = `The filter is no longer valid: ${faults}. Change the stream's filter.`;
    throw new DaybookError("invalid_input", text, { errors: cause.errors, cause });
  }
}

/** Refuses settings and secrets that do not fit together. */
function fitting<Input extends z.ZodType>(kind: SinkKind, object: Input): Input {
  return object.superRefine((value, context) => {
    const { config, secrets } = value as { config: unknown; secrets: unknown };
    for (const [path, message] of kind.misfits?.(config, secrets) ?? []) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });
}

function formatAmong(formats: readonly FormatName[]) {
  return z.enum(formats as readonly [FormatName, ...FormatName[]], { error: `must be one of ${formats.join(", ")}` });
}

function invalid(pointer: string, message: string): DaybookError {
  return new DaybookError("invalid_input", "The input is not valid.", { errors: [{ pointer, message }] });
}
