import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  type BundleHead,
  bundleCheckpoint,
  bundleEntryMark,
  bundleHash,
  bundleHead,
  bundleLeaves,
  bundleNeighbourMark,
  bundleProofStart,
} from "@daybook/sdk/bundle";
import { cosignatureBytes, cosignedMessage } from "@daybook/sdk/cosignature";
import { hashing } from "@daybook/sdk/merkle";
import {
  COSIGNATURE_V1,
  ED25519,
  formatCheckpoint,
  formatNote,
  formatVerifierKey,
  keyIdOf,
  type NoteSignature,
} from "@daybook/sdk/note";
import { naiveLeaf, naiveRoot } from "../tree/naive.ts";

export const sha256 = (input: Uint8Array) => createHash("sha256").update(input).digest();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

export interface TestEntry {
  readonly header: string;
  /** Undefined once it was erased. */
  readonly body: string | undefined;
}

/** An entry of an organization as the server encodes one; recorded a second after the one before. */
export function anEntry(sequence: number, fields: Record<string, unknown> = {}, erased = false): TestEntry {
  const body = JSON.stringify({ nonce: `nonce-${sequence}`, description: `Event ${sequence}: Ünï ✓` });
  const time = new Date(Date.UTC(2026, 2, 1) + sequence * 1000).toISOString();
  const header = JSON.stringify({
    schema_version: 2,
    sequence,
    recorded_at: time,
    source: { type: "api_key", id: "k" },
    id: `e-${sequence}`,
    timestamp: time,
    tenant_id: "acme",
    action: "channel.create",
    outcome: "success",
    actor: { type: "user", id: "u" },
    resource: { type: "channel" },
    body_hash: hex(sha256(Buffer.from(body))),
    ...fields,
  });
  return { header, body: erased ? undefined : body };
}

/** A key with the name it signs under. */
export class TestKey {
  readonly name: string;
  readonly vkey: string;
  private readonly keyId: Uint8Array;
  private readonly privateKey: KeyObject;
  private readonly type: number;

  constructor(name: string, type: number = ED25519, { publicKey, privateKey } = generateKeyPairSync("ed25519")) {
    const raw = publicKey.export({ format: "der", type: "spki" }).subarray(12);
    this.name = name;
    this.type = type;
    this.privateKey = privateKey;
    this.keyId = hashing(keyIdOf(name, raw, type), sha256);
    this.vkey = formatVerifierKey({ name, keyId: this.keyId, type, publicKey: raw });
  }

  /** The same key under another name. */
  as(name: string): TestKey {
    return new TestKey(name, this.type, { publicKey: createPublicKey(this.privateKey), privateKey: this.privateKey });
  }

  /** @param time seconds since the Unix epoch; of a witness. */
  sign(text: string, time = 0): NoteSignature {
    const { name, keyId } = this;
    if (this.type !== COSIGNATURE_V1) return { name, keyId, signature: sign(null, Buffer.from(text), this.privateKey) };
    return { name, keyId, signature: cosignatureBytes(time, sign(null, cosignedMessage(time, text), this.privateKey)) };
  }
}

export const ORIGIN = "daybook/6a1cf0f5-98f6-4a3e-8c4a-9a9a3d1a3f10/acme";

/** The hashes of the largest parts of a tree without an included leaf, left to right, by the definition's own words. */
function naiveMultiproof(leaves: readonly Uint8Array[], start: number, included: ReadonlySet<number>): Uint8Array[] {
  const indexes = leaves.map((_, at) => start + at);
  if (!indexes.some((index) => included.has(index))) return [naiveRoot(leaves)];
  if (leaves.length === 1) return [];
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return [
    ...naiveMultiproof(leaves.slice(0, split), start, included),
    ...naiveMultiproof(leaves.slice(split), start + split, included),
  ];
}

export interface Chosen {
  /** Sequences of the entries, ascending. */
  readonly entries: readonly number[];
  readonly range?: { readonly start: number; readonly end: number };
}

export interface BundleParts {
  head: Omit<BundleHead, "format" | "about">;
  /** Each of the lines that belong together: a mark with its header, and its body unless it is a neighbour. */
  marked: string[];
  proof: string[];
  note: string;
}

/** A bundle's parts, to be put together as they are or otherwise. */
export function bundleParts(
  log: readonly TestEntry[],
  { entries, range }: Chosen,
  key: TestKey,
  witnesses: readonly TestKey[] = [],
): BundleParts {
  const leaves = log.map(({ header }) => naiveLeaf(Buffer.from(header)));
  const text = formatCheckpoint({ origin: key.name, size: log.length, root: naiveRoot(leaves) });
  const before = range && range.start > 0 ? [range.start - 1] : [];
  const after = range && range.end < log.length ? [range.end] : [];
  const included = [...before, ...entries, ...after];
  const markedHeader = (side: "before" | "after", at: number) =>
    `${bundleNeighbourMark(side, at, hex(leaves[at] as Uint8Array))}${log[at]?.header}\n`;
  return {
    head: {
      origin: key.name,
      organization: key.name.slice(key.name.lastIndexOf("/") + 1),
      contents: range ? "range" : "selection",
      ...range,
      entries: entries.length,
      tree_size: log.length,
      as_of: `0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:${log.length - 1}`,
      period: { start: "2020-01-01T00:00:00.000Z", end: "2020-01-02T00:00:00.000Z" },
      filters: {},
      signed_at: "2026-03-02T00:00:00.000Z",
      made_at: "2026-03-02T00:00:01.000Z",
    },
    marked: [
      ...before.map((at) => markedHeader("before", at)),
      ...entries.map(
        (at) => `${bundleEntryMark(at, hex(leaves[at] as Uint8Array))}${log[at]?.header}\n${log[at]?.body ?? ""}\n`,
      ),
      ...after.map((at) => markedHeader("after", at)),
    ],
    proof: [
      bundleProofStart(),
      ...runsOf(included).map(bundleLeaves),
      ...naiveMultiproof(leaves, 0, new Set(included)).map(bundleHash),
    ],
    note: formatNote(text, [key.sign(text), ...witnesses.map((witness) => witness.sign(text, 1_772_500_000))]),
  };
}

export function assemble({ head, marked, proof, note }: BundleParts): Buffer {
  return Buffer.from(bundleHead(head) + marked.join("") + proof.join("") + bundleCheckpoint(note));
}

function runsOf(indexes: readonly number[]): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (const index of indexes) {
    const last = runs.at(-1);
    if (last?.end === index) last.end++;
    else runs.push({ start: index, end: index + 1 });
  }
  return runs;
}
