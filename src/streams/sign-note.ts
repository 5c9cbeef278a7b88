import { hashing } from "@daybook/sdk/merkle";
import { formatNote, keyIdOf } from "@daybook/sdk/note";
import { sha256 } from "../crypto.ts";
import { type SigningKeys, signWith, type TreeReader } from "../tree/index.ts";

/**
 * Signs a text as a note of an organization's log, with the keys that sign its checkpoints. A checkpoint begins with its origin, and what is signed here with
 * `{`: neither can be taken for the other.
 */
export function signNote(
  { tree, signingKeys }: { readonly tree: Pick<TreeReader, "origin">; readonly signingKeys: SigningKeys },
  organization: string,
  text: string,
  nowMs: number,
): string {
  if (!text.startsWith("{")) throw new Error("only an object is signed");
  const name = tree.origin(organization);
  const signatures = signingKeys.signing(nowMs).flatMap(({ publicKey, privateKey }) => {
    if (privateKey === undefined) return [];
    const keyId = hashing(keyIdOf(name, publicKey), sha256);
    return [{ name, keyId, signature: signWith(privateKey, Buffer.from(text)) }];
  });
  return formatNote(text, signatures);
}
