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

/** The objects of one hour that are not in a manifest yet. */
export interface Pending {
  /** RFC 3339, to the hour: `2026-11-27T14`. */
  readonly hour: string;
  readonly objects: readonly ListedObject[];
}

/** The pending manifest of one stream. It is stored beside the cursor, so that after a crash no hour lacks its manifest. */
export class KeptManifest {
  private readonly memory: StreamMemory | undefined;

  /** @param memory undefined stores nothing, for a test of the stream. */
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

/** An object that is written again replaces itself. */
export function withObject(pending: Pending | undefined, hour: string, listed: ListedObject): Pending {
  const objects = pending?.hour === hour ? pending.objects.filter(({ key }) => key !== listed.key) : [];
  return { hour, objects: [...objects, listed] };
}

/** Its name. It contains the first sequence, so that no manifest replaces another one after the clock was set back. */
export function manifestName({ hour, objects }: Pending): string {
  return `${hour}-${padded(objects[0]?.first ?? 0)}.txt`;
}

/** Padded, so that names sort like sequences. */
export const padded = (sequence: number) => String(sequence).padStart(16, "0");
