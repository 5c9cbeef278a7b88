import { z } from "zod";
import type { StreamMemory } from "../memory.ts";

const object = z.strictObject({
  key: z.string(),
  first: z.number(),
  last: z.number(),
  records: z.number(),
  bytes: z.number(),
  /** Hex, of the object's bytes. */
  sha256: z.string(),
});

export type ListedObject = z.infer<typeof object>;

const keptManifest = z.strictObject({ version: z.literal(1), hour: z.string(), objects: z.array(object) });

/** What was written in one hour, and is not yet in a manifest of its own. */
export interface Pending {
  /** RFC 3339, to the hour: `2026-11-27T14`. */
  readonly hour: string;
  readonly objects: readonly ListedObject[];
}

/** The pending manifest of one stream, kept beside its cursor: a crash must not leave an hour without one. */
export class KeptManifest {
  private readonly memory: StreamMemory | undefined;

  /** @param memory undefined keeps nothing, as for a test of the stream. */
  constructor(memory: StreamMemory | undefined) {
    this.memory = memory;
  }

  async read(): Promise<Pending | undefined> {
    const text = await this.memory?.read("sink");
    if (text === undefined) return undefined;
    const parsed = keptManifest.parse(JSON.parse(text));
    return { hour: parsed.hour, objects: parsed.objects };
  }

  /** Durable once it resolves. */
  async save(pending: Pending): Promise<void> {
    await this.memory?.write("sink", `${JSON.stringify({ version: 1, ...pending })}\n`);
  }
}

/** An object that is written again takes the place of itself. */
export function withObject(pending: Pending | undefined, hour: string, listed: ListedObject): Pending {
  const objects = pending?.hour === hour ? pending.objects.filter(({ key }) => key !== listed.key) : [];
  return { hour, objects: [...objects, listed] };
}

/** Its name. With its first sequence, so that a clock that is set back does not have one hour's manifest replace another. */
export function manifestName({ hour, objects }: Pending): string {
  return `${hour}-${padded(objects[0]?.first ?? 0)}.txt`;
}

/** So that names sort as sequences do. */
export const padded = (sequence: number) => String(sequence).padStart(16, "0");
