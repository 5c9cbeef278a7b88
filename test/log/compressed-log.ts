import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import type { LogEntry } from "../../src/log/contract.ts";
import { type LogNotice, type LogOptions, openLog } from "../../src/log/log.ts";
import type { EntryPacking } from "../../src/packing.ts";
import { readAll } from "./oracle.ts";
import type { Random } from "./random.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

export const DIRECTORY = "/data/log";
export const ORGANIZATIONS = ["acme", "globex", "initech"];

const HASH_BYTES = 32;
const LOOSE_BYTES = 3;

/** Leaves the body's hash out of a header that ends with it, and stores the beginning of a body loose, as the real one does. */
export const testPacking: EntryPacking = {
  number: 77,
  dictionary: Buffer.from("paragraph of the handbook "),
  module: import.meta.url,
  pack: (_place, { header, body }) => {
    const start = header.length - HASH_BYTES;
    const loose = body?.subarray(0, LOOSE_BYTES) ?? new Uint8Array();
    const kept = body?.subarray(LOOSE_BYTES);
    if (body !== undefined && Buffer.from(header).subarray(start).equals(hashOf(body)))
      return { header: header.subarray(0, start), body: kept, loose };
    return { header: Buffer.concat([header, Buffer.of(0)]), body: kept, loose };
  },
  unpackedMax: (_place, { headerAt, end }) => end - headerAt + LOOSE_BYTES + HASH_BYTES,
  unpackBody: ({ content, bodyAt, end, loose, looseAt, looseEnd }, to, at) =>
    written([loose.subarray(looseAt, looseEnd), content.subarray(bodyAt, end)], to, at),
  unpackHeader: (_place, { content, headerAt, bodyAt }, body, to, at) => {
    const header = content.subarray(headerAt, bodyAt);
    if (header.at(-1) === 0) return written([header.subarray(0, -1)], to, at);
    if (body === undefined) throw new Error("a header that was packed with its body needs it");
    return written([header, hashOf(body)], to, at);
  },
  completes: ({ content, bodyAt }) => content[bodyAt - 1] !== 0,
  headerStart: (_place, { content, headerAt, bodyAt, erased }, to, at) => {
    const header = content.subarray(headerAt, bodyAt);
    if (header.at(-1) === 0) return written([header.subarray(0, -1)], to, at);
    if (erased) throw new Error("a header that was packed with its body needs it");
    return written([header], to, at);
  },
};

function written(parts: readonly Uint8Array[], to: Buffer, at: number): number {
  let end = at;
  for (const part of parts) {
    to.set(part, end);
    end += part.length;
  }
  return end;
}

export function hashOf(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** An entry whose header ends with the hash of its body; what comes before never ends with a zero. */
export function entryOf(organization: string, body: Uint8Array) {
  const encode = (sequence: number) => ({
    header: Buffer.concat([Buffer.from(`${organization} ${sequence} of the handbook`), hashOf(body)]),
    body,
  });
  return { organization, encode };
}

export const OPTIONS: Omit<LogOptions, "disk"> = {
  directory: DIRECTORY,
  ballastBytes: 512,
  packing: testPacking,
  compression: "here",
  now: () => 1_700_000_000_000,
};

/** A log of one compressed segment of about `bytes` and an open one, cleanly stopped. */
export async function compressedLog(
  random: Random,
  bytes: number,
  bodyBytes = 600,
): Promise<{ disk: SimulatedDisk; entries: LogEntry[]; compressed: string }> {
  const disk = new SimulatedDisk();
  let compressed = "";
  const notices = new EventEmitter<{ notice: [LogNotice] }>();
  const done = new Promise<void>((resolve, reject) => {
    notices.on("notice", (notice) => {
      if (notice.kind === "not_compressed") reject(notice.error);
      if (notice.kind !== "compressed") return;
      compressed = notice.file;
      resolve();
    });
  });
  const onNotice = (notice: LogNotice) => void notices.emit("notice", notice);
  const log = await openLog({ ...OPTIONS, disk: disk.attach(), segmentBytes: bytes, onNotice });
  while (disk.paths().filter((path) => path.includes(".seg")).length < 2 && compressed === "") {
    const batch = Array.from({ length: 1 + random.integer(4) }, () =>
      entryOf(random.pick(ORGANIZATIONS), textBody(random, random.integer(bodyBytes))),
    );
    await Promise.all(log.append(batch));
  }
  await done;
  const entries = await readAll(log);
  await log.close();
  return { disk, entries, compressed };
}

const WORDS = ["changed", "paragraph", "of the handbook", "for", "Ada", "Grace", "and", "seven others"];

/** Text, which deflates well: many entries in a small file. */
function textBody(random: Random, bytes: number): Buffer {
  let text = "";
  while (text.length < bytes) text += `${random.pick(WORDS)} ${random.integer(100)} `;
  return Buffer.from(text);
}

/** All of an entry as text, which compares faster than its bytes one by one. */
export function textOf({ position, organization, sequence, leafHash, header, body }: LogEntry): string {
  const parts = [leafHash, header, body ?? []].map((bytes) => Buffer.from(bytes).toString("base64"));
  return [position, organization, sequence, ...parts].join(" ");
}
