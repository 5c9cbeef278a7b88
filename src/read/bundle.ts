import { formatPosition, type JsonValue } from "@daybook/sdk";
import {
  bundleCheckpoint,
  bundleEntryMark,
  bundleHash,
  bundleHead,
  bundleLeaves,
  bundleNeighbourMark,
  bundleProofStart,
} from "@daybook/sdk/bundle";
import { DaybookError } from "../errors.ts";
import { type LogEntry, type LogReader, requireSound } from "../log/index.ts";
import type { Query } from "../query/index.ts";
import type { Search } from "../search/index.ts";
import type { SignedCheckpoint, TreeReader } from "../tree/index.ts";
import { altered } from "./check.ts";
import { type DamageListener, damagedEntry } from "./damage.ts";
import type { ExportChunk } from "./export.ts";
import { LeafHashes } from "./leaf-hashes.ts";
import { ReadSize } from "./read-size.ts";

/** What is recorded is signed within a second; a bundle waits a little longer for that. */
const SIGNED_WITHIN_MS = 3_000;
/** Sequences of a range given at once. */
const STEP = 5_000;
/** Hashes of the proof written at once. */
const PROOF_STEP = 1_000;

/** Where witnesses are: which checkpoint has been cosigned. */
export interface Cosigned {
  /** The newest checkpoint that covers `size` leaves and that every witness has cosigned; waits a little for one. Undefined where there is none. */
  cosigned(organization: string, size: number): Promise<SignedCheckpoint | undefined>;
  /** The newest checkpoint that every witness has cosigned, as a signed note, whatever it covers; undefined where there is none yet. */
  head(organization: string): string | undefined;
}

export interface BundleSources {
  readonly search: Search;
  readonly log: LogReader;
  readonly tree: TreeReader;
  readonly witnesses: Cosigned;
  /** Hears of each entry that is not what was signed. */
  readonly onDamage: DamageListener;
}

/** As they were sent. */
type BundleFilters = { readonly [name: string]: JsonValue };

/** What a bundle is made of, decided before its first byte. */
export interface BundlePlan {
  readonly organization: string;
  readonly checkpoint: SignedCheckpoint;
  /** Entries, the neighbours of a range not among them. */
  readonly count: number;
  /** Of a contiguous range. */
  readonly range: { readonly start: number; readonly end: number } | undefined;
  /** The bundle's first line. */
  readonly head: string;
  readonly sequences: (signal: AbortSignal) => AsyncIterable<readonly number[]>;
}

/**
 * Decides what a bundle holds: with no filter but a period, the whole stretch of sequences that spans its matches; else the matches alone.
 * @throws DaybookError `tree_unavailable` when no checkpoint covers what was recorded by now.
 */
export async function planBundle(
  sources: BundleSources,
  query: Query,
  { asOf, filters, selective }: { asOf: string; filters: BundleFilters; selective: boolean },
): Promise<BundlePlan> {
  const { search } = sources;
  const organization = query.tenant;
  const checkpoint = await coveringCheckpoint(sources, organization);
  const [matches, stretch] = await Promise.all([search.count(query), search.stretch(query)]);
  const range = selective || stretch === undefined ? undefined : { start: stretch.first, end: stretch.last + 1 };
  const count = range ? range.end - range.start : matches;
  const head = {
    origin: checkpoint.origin,
    organization,
    contents: range ? ("range" as const) : ("selection" as const),
    ...range,
    entries: count,
    tree_size: checkpoint.size,
    as_of: asOf,
    period: { start: iso(query.start), ...(query.end === undefined ? {} : { end: iso(query.end) }) },
    filters,
    signed_at: iso(checkpoint.signedAt),
    made_at: iso(query.now),
  };
  const sequences = range ? () => steps(range) : (signal: AbortSignal) => search.sequences(query, signal);
  return { organization, checkpoint, count, range, head: bundleHead(head), sequences };
}

/** One entry as a bundle of its own. */
export async function planEntryBundle(sources: BundleSources, entry: LogEntry): Promise<BundlePlan> {
  const { organization, sequence } = entry;
  const checkpoint = await coveringCheckpoint(sources, organization);
  const now = iso(Date.now());
  const head = bundleHead({
    origin: checkpoint.origin,
    organization,
    contents: "selection",
    entries: 1,
    tree_size: checkpoint.size,
    as_of: formatPosition({ logId: sources.log.id, number: sequence }),
    period: { start: iso(0) },
    filters: {},
    signed_at: iso(checkpoint.signedAt),
    made_at: now,
  });
  const sequences = () => steps({ start: sequence, end: sequence + 1 });
  return { organization, checkpoint, count: 1, range: undefined, head, sequences };
}

/**
 * The bundle's bytes. Memory holds the entries of one step, and two numbers for each run of a selection. An entry that is not what the tree
 * holds is reported and ends it: no bundle with another in its place would verify.
 */
export async function* bundleChunks(
  { log, tree, onDamage }: BundleSources,
  plan: BundlePlan,
  signal: AbortSignal,
): AsyncGenerator<ExportChunk> {
  const { organization, checkpoint, range, count } = plan;
  const { size } = checkpoint;
  const runs = new Runs();
  const hashes = new LeafHashes(tree, organization);
  const sound = (entry: LogEntry): LogEntry => {
    const damage =
      entry.organization === organization ? altered(entry, hashes.inTree(entry.sequence)) : ("organization" as const);
    if (damage === undefined) return entry;
    onDamage(organization, { sequence: entry.sequence, position: entry.position, timestamp: 0 }, damage);
    throw damagedEntry(organization, entry.sequence, damage);
  };
  const neighbour = async (side: "before" | "after", sequence: number): Promise<ExportChunk> => {
    const entry = sound(await log.entry(tree.logPosition(organization, sequence)));
    runs.add(sequence);
    const mark = bundleNeighbourMark(side, sequence, hex(entry.leafHash));
    return { bytes: Buffer.concat([Buffer.from(mark), entry.header, NEWLINE]), rows: 0 };
  };
  yield { bytes: Buffer.from(plan.head), rows: 0 };
  if (range && range.start > 0) yield neighbour("before", range.start - 1);
  let written = 0;
  const readSize = new ReadSize();
  for await (const chunk of plan.sequences(signal)) {
    for (let at = 0; at < chunk.length; ) {
      const step = chunk.slice(at, at + readSize.next);
      at += step.length;
      const positions = step.map((sequence) => tree.logPosition(organization, sequence));
      let bytes = 0;
      for await (const read of log.entries(positions, signal)) {
        const lines = requireSound(read).map(sound).flatMap(entryLines);
        for (const { sequence } of requireSound(read)) runs.add(sequence);
        written += read.length;
        const text = Buffer.concat(lines);
        bytes += text.length;
        yield { bytes: text, rows: read.length };
      }
      readSize.took(step.length, bytes);
    }
  }
  if (written !== count) throw new Error(`search named ${written} entries, and had counted ${count}`);
  if (range && range.end < size) yield neighbour("after", range.end);
  yield* proofChunks(tree, organization, runs, size);
  // Cosignatures may have come in while the entries were read.
  const { note } = tree.checkpointAt(organization, size) ?? checkpoint;
  yield { bytes: Buffer.from(bundleCheckpoint(note)), rows: 0 };
}

function* proofChunks(tree: TreeReader, organization: string, runs: Runs, size: number): Generator<ExportChunk> {
  let lines = [bundleProofStart()];
  const flush = (): ExportChunk => {
    const bytes = Buffer.from(lines.join(""));
    lines = [];
    return { bytes, rows: 0 };
  };
  for (const run of runs) if (lines.push(bundleLeaves(run)) > PROOF_STEP) yield flush();
  for (const hash of tree.multiproof(organization, runs, size)) {
    if (lines.push(bundleHash(hash)) > PROOF_STEP) yield flush();
  }
  yield flush();
}

/** Runs of sequences, 16 bytes each. */
class Runs implements Iterable<{ start: number; end: number }> {
  private readonly bounds: number[] = [];

  add(sequence: number): void {
    const last = this.bounds.length - 1;
    if (this.bounds[last] === sequence) this.bounds[last] = sequence + 1;
    else this.bounds.push(sequence, sequence + 1);
  }

  *[Symbol.iterator](): Generator<{ start: number; end: number }> {
    for (let at = 0; at < this.bounds.length; at += 2) {
      yield { start: this.bounds[at] ?? 0, end: this.bounds[at + 1] ?? 0 };
    }
  }
}

const NEWLINE = Buffer.from("\n");

function entryLines({ sequence, leafHash, header, body }: LogEntry): Uint8Array[] {
  return [Buffer.from(bundleEntryMark(sequence, hex(leafHash))), header, NEWLINE, ...(body ? [body] : []), NEWLINE];
}

async function coveringCheckpoint(
  { log, tree, witnesses }: BundleSources,
  organization: string,
): Promise<SignedCheckpoint> {
  // Something is there: what is exported was recorded, and an organization's log begins with its making.
  const size = Math.max(1, log.size(organization));
  const covering = await tree.covered(organization, size, AbortSignal.timeout(SIGNED_WITHIN_MS));
  if (covering === undefined) {
    throw new DaybookError("tree_unavailable", "No checkpoint covers the newest entries yet. Try again.", {
      retryAfterSeconds: 1,
    });
  }
  return (await witnesses.cosigned(organization, size)) ?? covering;
}

async function* steps({ start, end }: { start: number; end: number }): AsyncGenerator<readonly number[]> {
  for (let from = start; from < end; from += STEP) {
    yield Array.from({ length: Math.min(STEP, end - from) }, (_, at) => from + at);
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}
