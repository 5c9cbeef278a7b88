import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../log/index.ts";
import { OneByOne } from "../../one-by-one.ts";
import { DeliveryError } from "../contract.ts";
import { sinkKind } from "./sink-kind.ts";

const LIMITS = { records: 10_000, bytes: 4 * 1024 * 1024, recordBytes: 1024 * 1024, lingerMs: 0 };
const CURRENT = "current.ndjson";
const MIB = 1024 * 1024;

/** A test of a stream writes beside its deliveries, and must not take what they have begun for a line that was left unfinished. */
const writers = new Map<string, { readonly turns: OneByOne; users: number }>();

/**
 * One record a line, in the stream's own directory below the one that the operator allows. `current.ndjson` is being written. A full file gets a
 * name with its last sequence.
 */
export const file = sinkKind({
  type: "file",
  config: z.strictObject({
    rotate_mib: z
      .int("must be a whole number")
      .min(1, "must be at least 1")
      .max(10_240, "must be at most 10240")
      .default(100),
    keep: z
      .int("must be a whole number")
      .min(1, "must be at least 1")
      .max(100_000, "must be at most 100000")
      .optional()
      .meta({ description: "How many full files are kept; older ones are deleted. Default: all." }),
  }),
  secrets: z.strictObject({}),
  formats: ["daybook", "ocsf", "cef"],
  open({ rotate_mib, keep }, _, { filesDirectory, organization, streamId }) {
    const directory = filesDirectory === undefined ? undefined : join(filesDirectory, organization, streamId);
    return {
      limits: LIMITS,
      async send({ records, last }) {
        if (directory === undefined) {
          throw new DeliveryError("unavailable", "Files are off: the operator allows them with --stream-directory.");
        }
        try {
          await mkdir(directory, { recursive: true, mode: 0o700 });
          const lines = records.map(({ text }) => `${text}\n`).join("");
          await alone(directory, async () => {
            const size = await append(join(directory, CURRENT), lines);
            if (size >= rotate_mib * MIB) await rotateFile(directory, last, keep);
          });
        } catch (error) {
          throw new DeliveryError("unavailable", `The file cannot be written: ${errorCode(error)}`, { cause: error });
        }
      },
      close: () => undefined,
    };
  },
});

async function alone(directory: string, write: () => Promise<void>): Promise<void> {
  const writer = writers.get(directory) ?? { turns: new OneByOne(), users: 0 };
  writers.set(directory, writer);
  writer.users++;
  try {
    await writer.turns.do(write);
  } finally {
    writer.users--;
    if (writer.users === 0) writers.delete(directory);
  }
}

/** Durable once it resolves. Cuts off a line that an earlier attempt left unfinished. @returns the file's size. */
async function append(path: string, lines: string): Promise<number> {
  const handle = await open(path, "a+", 0o600);
  try {
    const { size } = await handle.stat();
    const whole = await endOfLastLine(handle, size);
    if (whole < size) await handle.truncate(whole);
    await handle.appendFile(lines);
    await handle.datasync();
    return whole + Buffer.byteLength(lines);
  } finally {
    await handle.close();
  }
}

async function endOfLastLine(handle: Awaited<ReturnType<typeof open>>, size: number): Promise<number> {
  const buffer = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - buffer.length);
    const { bytesRead } = await handle.read(buffer, 0, end - start, start);
    const at = buffer.subarray(0, bytesRead).lastIndexOf("\n");
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

async function rotateFile(directory: string, last: number, keep: number | undefined): Promise<void> {
  await rename(join(directory, CURRENT), await freeName(directory, last));
  if (keep === undefined) return;
  const full = (await readdir(directory)).filter((name) => /^\d{16}(?:-\d+)?\.ndjson$/.test(name)).sort();
  for (const name of full.slice(0, Math.max(0, full.length - keep))) await rm(join(directory, name));
}

/** After a replay there can be a file of that name already. */
async function freeName(directory: string, last: number): Promise<string> {
  const number = String(last).padStart(16, "0");
  for (let again = 0; ; again++) {
    const path = join(directory, again === 0 ? `${number}.ndjson` : `${number}-${again}.ndjson`);
    const exists = await stat(path).then(
      () => true,
      (error: unknown) => {
        if (errorCode(error) === "ENOENT") return false;
        throw error;
      },
    );
    if (!exists) return path;
  }
}
