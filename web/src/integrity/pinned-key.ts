import { hashingAsync } from "@daybook/sdk/merkle";
import { fromBase64, parseVerifierKey, toBase64, toHex, type VerifierKey } from "@daybook/sdk/note";
import { webCrypto } from "@daybook/sdk/web-crypto";

/** What this browser remembers of an organization's log: whom it trusts, and the largest tree that it has seen. */
export interface Pinned {
  readonly vkey: string;
  /** RFC 3339: when it was remembered. */
  readonly since: string;
  readonly seen?: Seen;
  /** What was seen of logs that this organization had before, oldest first: the evidence, should entries of them be gone. */
  readonly earlier?: readonly { readonly vkey: string; readonly since: string; readonly seen: Seen }[];
}

interface Seen {
  readonly size: number;
  readonly root: string;
}

function storageKey(organization: string): string {
  return `daybook-trusted-key:${organization}`;
}

/** @returns undefined where nothing is remembered, or storage is blocked. */
export function readPinned(organization: string): Pinned | undefined {
  try {
    const pinned: unknown = JSON.parse(localStorage.getItem(storageKey(organization)) ?? "null");
    const isPinned = typeof pinned === "object" && pinned !== null && "vkey" in pinned && "since" in pinned;
    return isPinned ? (pinned as Pinned) : undefined;
  } catch {
    return undefined;
  }
}

/** @returns whether it could be remembered. */
export function pin(organization: string, pinned: Pinned): boolean {
  try {
    localStorage.setItem(storageKey(organization), JSON.stringify(pinned));
    return true;
  } catch {
    return false;
  }
}

/**
 * Takes another key for the one that is remembered. If it is of the same log, what was seen of that stays: no key can undo it. If it is of another
 * log, what was seen of the earlier one is kept beside.
 */
export function trust(organization: string, vkey: string): boolean {
  const known = readPinned(organization);
  const since = new Date().toISOString();
  if (known === undefined) return pin(organization, { vkey, since });
  const { seen, earlier = [] } = known;
  if (logOf(known.vkey) === logOf(vkey)) return pin(organization, { ...known, vkey, since });
  const heads = seen === undefined ? earlier : [...earlier, { vkey: known.vkey, since: known.since, seen }];
  return pin(organization, { vkey, since, earlier: heads });
}

/** The name that precedes a verifier key: which log it is of. */
export function logOf(vkey: string): string | undefined {
  return vkey.split("+")[0];
}

export function parseKey(vkey: string): Promise<VerifierKey> {
  return hashingAsync(parseVerifierKey(vkey), webCrypto.sha256);
}

/** SHA-256 of the public key, 32 hex digits of it in fours: what two people read to each other. */
export async function fingerprint({ publicKey }: VerifierKey): Promise<string> {
  const hash = toHex(await webCrypto.sha256(publicKey)).slice(0, 32);
  return hash.match(/.{4}/g)?.join(" ") ?? hash;
}

export function rootText(root: Uint8Array): string {
  return toBase64(root);
}

export function rootOf(text: string): Uint8Array | undefined {
  return fromBase64(text);
}
