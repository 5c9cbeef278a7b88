import { z } from "zod";
import { readIfThere, replaceFile } from "../../durable-file.ts";

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

const manifestFile = z.strictObject({ version: z.literal(1), hour: z.string(), objects: z.array(object) });

/** What was written in one hour, and is not yet in a manifest of its own. */
export interface Pending {
  /** RFC 3339, to the hour: `2026-11-27T14`. */
  readonly hour: string;
  readonly objects: readonly ListedObject[];
}

/** The pending manifest of one stream, kept beside its cursor: a crash must not leave an hour without one. */
export class ManifestFile {
  private readonly path: string | undefined;

  /** @param path undefined keeps nothing, as for a test of the stream. */
  constructor(path: string | undefined) {
    this.path = path;
  }

  read(): Pending | undefined {
    if (this.path === undefined) return undefined;
    const text = readIfThere(this.path);
    if (text === undefined) return undefined;
    const parsed = manifestFile.parse(JSON.parse(text));
    return { hour: parsed.hour, objects: parsed.objects };
  }

  /** Durable when it returns. */
  save(pending: Pending): void {
    if (this.path !== undefined) replaceFile(this.path, `${JSON.stringify({ version: 1, ...pending })}\n`);
  }
}

/** An object that is written again takes the place of itself. */
export function withObject(pending: Pending | undefined, hour: string, listed: ListedObject): Pending {
  const objects = pending?.hour === hour ? pending.objects.filter(({ key }) => key !== listed.key) : [];
  return { hour, objects: [...objects, listed] };
}
