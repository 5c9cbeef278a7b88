import { createHash, createPublicKey, verify } from "node:crypto";

/**
 * What a stranger writes who has read RFC 6962, RFC 8032 by way of OpenSSL, and C2SP's signed-note and tlog-checkpoint, and none of our code.
 * Recursive where ours loops: inclusion and consistency are checked by rebuilding the roots from the definitions of PATH and PROOF.
 */

const sha256 = (...parts: Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
export const leaf = (entry: Uint8Array) => sha256(Uint8Array.of(0), entry);
const node = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);

function split(n: number): number {
  return n <= 2 ? 1 : 2 * split(Math.ceil(n / 2));
}

/** Root of a tree of n leaves from PATH(m, D[n]). */
export function rootByInclusion(m: number, n: number, leafHash: Uint8Array, path: readonly Uint8Array[]): Uint8Array {
  if (n === 1) {
    if (path.length > 0) throw new Error("the path is too long");
    return leafHash;
  }
  const sibling = path.at(-1);
  if (sibling === undefined) throw new Error("the path is too short");
  const k = split(n);
  return m < k
    ? node(rootByInclusion(m, k, leafHash, path.slice(0, -1)), sibling)
    : node(sibling, rootByInclusion(m - k, n - k, leafHash, path.slice(0, -1)));
}

/** Roots of the first m and of all n leaves, from PROOF(m, D[n]). */
export function rootsByConsistency(m: number, n: number, oldRoot: Uint8Array, proof: readonly Uint8Array[]) {
  const left = [...proof];
  const visit = (of: number, size: number, whole: boolean): [Uint8Array, Uint8Array] => {
    if (of === size) {
      const hash = whole ? oldRoot : left.shift();
      if (hash === undefined) throw new Error("the proof is too short");
      return [hash, hash];
    }
    const k = split(size);
    if (of <= k) {
      const [old, now] = visit(of, k, whole);
      const right = left.shift();
      if (right === undefined) throw new Error("the proof is too short");
      return [old, node(now, right)];
    }
    const [old, now] = visit(of - k, size - k, false);
    const sibling = left.shift();
    if (sibling === undefined) throw new Error("the proof is too short");
    return [node(sibling, old), node(sibling, now)];
  };
  const roots = visit(m, n, true);
  if (left.length > 0) throw new Error("the proof is too long");
  return { old: roots[0], now: roots[1] };
}

/** Reads a checkpoint by a key that was given to us beforehand. @throws when it is not signed by that very key. */
export function readCheckpoint(note: string, vkey: string) {
  const [, name, id, material] = /^(.+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  const key = Buffer.from(material ?? "", "base64");
  const keyId = sha256(Buffer.from(`${name}\n`), key).subarray(0, 4);
  if (keyId.toString("hex") !== id || key[0] !== 1) throw new Error("this is no Ed25519 vkey");
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  const line = note
    .slice(end + 2)
    .split("\n")
    .find((candidate) => {
      const [dash, by, encoded] = candidate.split(" ");
      return (
        dash === "\u2014" &&
        by === name &&
        Buffer.from(encoded ?? "", "base64")
          .subarray(0, 4)
          .equals(keyId)
      );
    });
  if (line === undefined) throw new Error("not signed by this key");
  const signature = Buffer.from(line.split(" ")[2] ?? "", "base64").subarray(4);
  const x = key.subarray(1).toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  if (!verify(null, Buffer.from(text), publicKey, signature)) throw new Error("the signature is wrong");
  const [origin = "", size = "", root = "", ...rest] = text.split("\n");
  if (origin !== name || rest.join("") !== "") throw new Error("this is no checkpoint of this log");
  return { origin, size: Number(size), root: Buffer.from(root, "base64") };
}
