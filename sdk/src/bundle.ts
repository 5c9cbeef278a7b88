import { type BundleEntry, BundleReader, placeOf } from "./bundle-reader.ts";
import { type BundleProven, BundleRefusal, type BundleReport } from "./bundle-report.ts";
import { cosignedAt } from "./cosignature.ts";
import type { AsyncSha256, Hashing, Sha256 } from "./hashing.ts";
import { checkKept, type KeptCheckpoint } from "./kept-checkpoint.ts";
import {
  type Checkpoint,
  NoteError,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  toBase64,
  toHex,
  type VerifierKey,
  type VerifyEd25519,
  verifyNote,
} from "./note.ts";
import { parsePosition } from "./position.ts";

export {
  BUNDLE_EXTENSION,
  BUNDLE_FORMAT,
  BUNDLE_MEDIA_TYPE,
  type BundleHead,
  bundleCheckpoint,
  bundleEntryMark,
  bundleHash,
  bundleHead,
  bundleLeaves,
  bundleNeighbourMark,
  bundleProofStart,
  parseBundleHead,
} from "./bundle-format.ts";
export type { BundleEntry } from "./bundle-reader.ts";
export type {
  BundleFault,
  BundleGrade,
  BundlePlace,
  BundleProven,
  BundleRefused,
  BundleReport,
} from "./bundle-report.ts";
export { IncludedLeaves, type LeafRun } from "./included-leaves.ts";
export type { KeptCheckpoint } from "./kept-checkpoint.ts";

export interface VerifyBundleOptions {
  /**
   * Verifier keys (vkeys) of the organization that are trusted, one of which must have signed. They must come from elsewhere than the
   * bundle: whoever forges one can put a key into it.
   */
  readonly keys: readonly string[];
  /** Verifier keys of witnesses, all of which must have cosigned. */
  readonly witnesses?: readonly string[];
  /** A checkpoint of this log that the reader kept: the entries must be those of the same log. */
  readonly kept?: KeptCheckpoint;
  readonly sha256: Sha256 | AsyncSha256;
  readonly verifyEd25519: VerifyEd25519;
  /** Called after each chunk with the bytes read so far. */
  readonly onProgress?: (bytes: number, entries: number) => void;
  /** Called with each entry, in order, before anything of the bundle is proven: believe none until the report says so. */
  readonly onEntry?: (entry: BundleEntry) => void;
}

/** A line is at most an entry's header or body, 256 KiB. */
const LINE_BYTES_MAX = 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Checks a bundle, in one pass and without holding it in memory.
 *
 * @param source its bytes: a file's stream, in Node or in a browser.
 * @throws NoteError when a given key is malformed. What is wrong with the bundle is never thrown, but reported.
 */
export async function verifyBundle(
  source: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>,
  options: VerifyBundleOptions,
): Promise<BundleReport> {
  const { sha256 } = options;
  const keys: VerifierKey[] = [];
  for (const vkey of options.keys) keys.push(await run(parseVerifierKey(vkey), sha256));
  const witnesses: VerifierKey[] = [];
  for (const vkey of options.witnesses ?? []) witnesses.push(await run(parseVerifierKey(vkey), sha256));
  const reader = new BundleReader(options.onEntry);
  try {
    await readLines(source, reader, options);
    return await conclude(reader, { keys, witnesses }, options);
  } catch (error) {
    if (!(error instanceof BundleRefusal)) throw error;
    const { fault, message, sequence, id } = error;
    return { ok: false, fault, reason: message, sequence, id, line: reader.line };
  }
}

async function readLines(
  source: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>,
  reader: BundleReader,
  { sha256, onProgress }: VerifyBundleOptions,
): Promise<void> {
  let rest: Uint8Array = new Uint8Array();
  let bytes = 0;
  for await (const chunk of chunksOf(source)) {
    bytes += chunk.length;
    const joined = rest.length === 0 ? chunk : concat(rest, chunk);
    const used = joined.lastIndexOf(NEWLINE) + 1;
    await run(takeLines(reader, joined.subarray(0, used)), sha256);
    rest = joined.slice(used);
    if (rest.length > LINE_BYTES_MAX) throw new BundleRefusal("malformed", "A line is longer than any of a bundle.");
    onProgress?.(bytes, reader.entries);
  }
  if (rest.length > 0) throw new BundleRefusal("truncated", "The file ends within a line.");
}

/** @param bytes ends with a newline, or is empty. */
function* takeLines(reader: BundleReader, bytes: Uint8Array): Hashing<void> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = bytes.subarray(start, end);
    const input = reader.take(line);
    if (input !== undefined) yield* reader.hashed(line, yield input);
    start = end + 1;
  }
}

async function conclude(
  reader: BundleReader,
  { keys, witnesses }: { keys: readonly VerifierKey[]; witnesses: readonly VerifierKey[] },
  { sha256, verifyEd25519, kept }: VerifyBundleOptions,
): Promise<BundleProven> {
  const { note, root } = await run(reader.finish(), sha256);
  const { head } = reader;
  const checkpoint = readCheckpoint(note);
  const signedBy = await signers(note, keys, verifyEd25519);
  const own = signedBy.filter(({ name }) => name === checkpoint.origin);
  if (checkpoint.origin !== head.origin || own.length === 0) {
    throw new BundleRefusal(
      "signature",
      `The checkpoint is of ${checkpoint.origin}, not of the log whose key was given.`,
    );
  }
  if (checkpoint.size !== head.tree_size) {
    throw new BundleRefusal(
      "not_as_stated",
      `The checkpoint covers ${checkpoint.size} entries, the first line states ${head.tree_size}.`,
    );
  }
  if (root === undefined || toHex(root) !== toHex(checkpoint.root)) {
    throw new BundleRefusal(
      "proof",
      "The entries do not lead to the root that was signed: an entry together with its hash, or the proof itself, was altered. Which one cannot be said.",
    );
  }
  checkNeighbours(reader);
  if (kept !== undefined) await run(checkKept(kept, checkpoint), sha256);
  const cosigned = await cosigners(note, witnesses, verifyEd25519);
  const { as_of, period, filters, signed_at, made_at } = head;
  return {
    ok: true,
    grade: kept !== undefined ? "kept" : cosigned.length > 0 ? "witnessed" : "signed",
    organization: head.organization,
    origin: head.origin,
    proves: head.contents === "range" ? "complete" : "selection",
    entries: reader.entries,
    first: reader.first && placeOf(reader.first),
    last: reader.last && placeOf(reader.last),
    happened: reader.happened,
    range:
      head.start === undefined || head.end === undefined
        ? null
        : {
            start: head.start,
            end: head.end,
            before: reader.before && placeOf(reader.before),
            after: reader.after && placeOf(reader.after),
          },
    checkpoint: { size: checkpoint.size, root: toBase64(checkpoint.root) },
    signed_by: own.map(named),
    kept: kept === undefined ? null : { size: kept.checkpoint.size },
    witnesses: cosigned,
    stated: { as_of, period, filters, signed_at, made_at },
  };
}

function readCheckpoint(note: string): Checkpoint {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new BundleRefusal("malformed", `The checkpoint that ends the file is cut off or malformed: ${error.message}`);
  }
}

async function signers(note: string, keys: readonly VerifierKey[], verify: VerifyEd25519): Promise<VerifierKey[]> {
  try {
    return (await verifyNote(note, keys, verify)).by;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    const given = keys.map(({ name, keyId }) => `${name} (${toHex(keyId)})`).join(", ");
    throw new BundleRefusal(
      "signature",
      `The checkpoint is not signed by the key that was given, ${given}: ${error.message}`,
    );
  }
}

async function cosigners(note: string, witnesses: readonly VerifierKey[], verify: VerifyEd25519) {
  const cosigned: BundleProven["witnesses"][number][] = [];
  for (const witness of witnesses) {
    const time = await cosignedAt(note, witness, verify);
    if (time === undefined)
      throw new BundleRefusal(
        "witness",
        `The checkpoint has no valid cosignature of the witness ${witness.name} (${toHex(witness.keyId)}).`,
      );
    cosigned.push({ ...named(witness), cosigned_at: new Date(time * 1000).toISOString() });
  }
  return cosigned;
}

/** A neighbour that happened in the period asked for, and was recorded in time, should have been among the entries. */
function checkNeighbours({ head, before, after }: BundleReader): void {
  const recorded = parsePosition(head.as_of)?.number ?? -1;
  const { start, end } = head.period;
  for (const neighbour of [before, after]) {
    if (neighbour === null || neighbour.sequence > recorded) continue;
    const { sequence, id, timestamp } = neighbour;
    if (timestamp < start || (end !== undefined && timestamp >= end)) continue;
    throw new BundleRefusal(
      "not_as_stated",
      `Entry ${sequence} happened within the period that the file states, and is left out.`,
      { sequence, id },
    );
  }
}

function named({ name, keyId }: VerifierKey): { name: string; key_id: string } {
  return { name, key_id: toHex(keyId) };
}

/** Waits only where the hash function makes it wait. */
async function run<T>(steps: Hashing<T>, sha256: Sha256 | AsyncSha256): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    const hash = sha256(step.value);
    step = steps.next(hash instanceof Uint8Array ? hash : await hash);
  }
  return step.value;
}

/** Not every browser lets a stream be iterated. */
async function* chunksOf(source: AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (Symbol.asyncIterator in source) {
    yield* source;
    return;
  }
  const reader = (source as ReadableStream<Uint8Array>).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
