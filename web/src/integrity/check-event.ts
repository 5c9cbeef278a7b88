import { hashingAsync, leafHash, verifyConsistency, verifyInclusion } from "@daybook/sdk/merkle";
import {
  type Checkpoint,
  NoteError,
  parseCheckpoint,
  parseNote,
  toHex,
  type VerifierKey,
  verifyNote,
} from "@daybook/sdk/note";
import { webCrypto } from "@daybook/sdk/web-crypto";
import type { LoggedEvent } from "../api/events.ts";
import type { Request } from "../api/request.ts";
import type { CheckpointKeys, ConsistencyProof, InclusionProof } from "../api/schema.ts";
import { differingFields } from "./differing-fields.ts";
import { fingerprint, logOf, type Pinned, parseKey, pin, readPinned, rootOf, rootText } from "./pinned-key.ts";

/** What was proven of one event in this browser, or why it was not. */
export type Checked =
  | {
      readonly ok: true;
      readonly sequence: number;
      readonly size: number;
      readonly fingerprint: string;
      readonly since: string;
      /** The key was not known before: it was taken from the server, and remembered. */
      readonly firstUse: boolean;
      readonly remembered: boolean;
    }
  | { readonly ok: false; readonly reason: string; readonly newKey?: NewKey };

/** Another key than the one that is remembered, as the server tells it. */
export interface NewKey {
  readonly vkey: string;
  readonly fingerprint: string;
  readonly since: string;
  /** It is of another log than the one this browser has seen: a restore, or a rollback. */
  readonly isOtherLog: boolean;
}

/** Ends a check that failed; its message is for people. */
class Unproven extends Error {
  readonly newKey: NewKey | undefined;

  constructor(message: string, newKey?: NewKey) {
    super(message);
    this.newKey = newKey;
  }
}

const NEWLINE = 0x0a;

/**
 * Fetches an event's entry, its proof and the checkpoint that the proof leads to, and checks them against each other, against what the page shows,
 * and against the key and the tree that this browser remembers.
 * @throws Problem when the server does not give one of them.
 */
export async function checkEvent(request: Request, event: LoggedEvent): Promise<Checked> {
  const { tenant_id: organization } = event;
  if (globalThis.crypto?.subtle === undefined) {
    return {
      ok: false,
      reason: "This browser cannot check anything over plain HTTP. Open Daybook over HTTPS, or on localhost.",
    };
  }
  try {
    const known = readPinned(organization);
    const pinned = known ?? (await firstKey(request, organization));
    const key = await parseKey(pinned.vkey);
    const { header, body } = await fetchParts(request, event);
    const leaf = await hashingAsync(leafHash(header), webCrypto.sha256);
    await checkEntry(event, header, body, leaf);
    const query = new URLSearchParams({ id: event.id, tenant_id: organization });
    const proof: InclusionProof = await (await request(`/v1/proofs/inclusion?${query}`)).json();
    const checkpoint = await checkSigned(request, proof.checkpoint, { key, pinned, organization });
    await checkInclusion(event, proof, leaf, checkpoint);
    await checkGrowth(request, organization, pinned, checkpoint);
    const seen = { size: checkpoint.size, root: rootText(checkpoint.root) };
    const remembered = pin(organization, { ...pinned, seen });
    return {
      ok: true,
      sequence: event.sequence,
      size: checkpoint.size,
      fingerprint: await fingerprint(key),
      since: pinned.since,
      firstUse: known === undefined,
      remembered,
    };
  } catch (error) {
    if (error instanceof Unproven) {
      return { ok: false, reason: error.message, ...(error.newKey && { newKey: error.newKey }) };
    }
    if (error instanceof NoteError) return { ok: false, reason: `The checkpoint is malformed: ${error.message}` };
    if (error instanceof DOMException && error.name === "NotSupportedError") {
      return { ok: false, reason: "This browser cannot check Ed25519 signatures. All current browsers can." };
    }
    throw error;
  }
}

async function firstKey(request: Request, organization: string): Promise<Pinned> {
  return { vkey: await newestKey(request, organization), since: new Date().toISOString() };
}

async function newestKey(request: Request, organization: string): Promise<string> {
  const query = new URLSearchParams({ tenant_id: organization });
  const { keys }: CheckpointKeys = await (await request(`/v1/checkpoint/keys?${query}`)).json();
  const [newest] = keys;
  if (newest === undefined) throw new Unproven("The server names no signing key.");
  return newest.vkey;
}

async function fetchParts(request: Request, { id, tenant_id }: LoggedEvent) {
  const path = `/v1/events/${encodeURIComponent(id)}/entry?${new URLSearchParams({ tenant_id })}`;
  const bytes = new Uint8Array(await (await request(path)).arrayBuffer());
  const end = bytes.indexOf(NEWLINE);
  const rest = bytes.subarray(end + 1);
  const bodyEnd = rest.indexOf(NEWLINE);
  return { header: bytes.subarray(0, end), body: bodyEnd < 0 ? rest : rest.subarray(0, bodyEnd) };
}

async function checkEntry(event: LoggedEvent, header: Uint8Array, body: Uint8Array, leaf: Uint8Array): Promise<void> {
  if (toHex(leaf) !== event.leaf_hash) {
    throw new Unproven("The entry does not have the leaf hash that this page shows: one of the two was altered.");
  }
  if (body.length === 0)
    throw new Unproven("The entry has no body in the log. Its header is authentic; the body was removed.");
  const text = new TextDecoder();
  const head: Record<string, unknown> = JSON.parse(text.decode(header));
  if (toHex(await webCrypto.sha256(body)) !== head.body_hash) {
    throw new Unproven("The entry's body was altered: it does not have the hash that its header commits to.");
  }
  const differing = differingFields(event, head, JSON.parse(text.decode(body)));
  if (differing.length > 0) {
    throw new Unproven(`What this page shows is not what the entry says: ${differing.join(", ")}.`);
  }
}

async function checkSigned(
  request: Request,
  note: string,
  { key, pinned, organization }: { key: VerifierKey; pinned: Pinned; organization: string },
): Promise<Checkpoint> {
  try {
    const { note: signed } = await verifyNote(note, [key], webCrypto.verifyEd25519);
    const checkpoint = parseCheckpoint(signed.text);
    if (checkpoint.origin === key.name && key.name.endsWith(`/${organization}`)) return checkpoint;
    throw new Unproven(`The checkpoint is of another log: ${checkpoint.origin}.`);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    const vkey = await newestKey(request, organization);
    const remembered = `the key that this browser has stored since ${pinned.since.slice(0, 10)}`;
    if (vkey === pinned.vkey) throw new Unproven(`The checkpoint is not signed by ${remembered}: ${error.message}`);
    const isOtherLog = logOf(vkey) !== logOf(pinned.vkey);
    const newKey = { vkey, fingerprint: await fingerprint(await parseKey(vkey)), since: pinned.since, isOtherLog };
    if (isOtherLog) {
      const seen = pinned.seen === undefined ? "" : ` You saw ${pinned.seen.size} entries, it has ${sizeOf(note)}.`;
      throw new Unproven(`This is another log.${seen} The data was restored from a backup or rolled back.`, newKey);
    }
    throw new Unproven(`The log is not signed by ${remembered}, but by another key.`, newKey);
  }
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseNote(note).text).size;
}

async function checkInclusion(event: LoggedEvent, proof: InclusionProof, leaf: Uint8Array, checkpoint: Checkpoint) {
  const { size, root } = checkpoint;
  const hashes = proof.hashes.map(ofHex);
  const steps = verifyInclusion(event.sequence, size, leaf, hashes, root);
  if (proof.leaf_index === event.sequence && (await hashingAsync(steps, webCrypto.sha256))) return;
  throw new Unproven("The entry does not give the signed root: the entry or its proof was altered.");
}

/** What was seen before must still be the beginning of the log. */
async function checkGrowth(request: Request, organization: string, { seen }: Pinned, checkpoint: Checkpoint) {
  const root = seen && rootOf(seen.root);
  if (seen === undefined || root === undefined) return;
  const { size } = checkpoint;
  if (size < seen.size) {
    throw new Unproven(
      `The log was rolled back: this browser has seen ${seen.size} signed entries, and now there are ${size}.`,
    );
  }
  const query = new URLSearchParams({ tenant_id: organization, from: String(seen.size), to: String(size) });
  const proof: ConsistencyProof = await (await request(`/v1/proofs/consistency?${query}`)).json();
  const steps = verifyConsistency(seen.size, size, root, checkpoint.root, proof.hashes.map(ofHex));
  if (await hashingAsync(steps, webCrypto.sha256)) return;
  throw new Unproven(
    `The log is not the one that this browser has seen: its first ${seen.size} entries are different.`,
  );
}

function ofHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}
