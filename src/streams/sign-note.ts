import { formatNote } from "@daybook/sdk/note";
import { type SigningKeys, signaturesOf, type TreeReader } from "../tree/index.ts";

/**
 * Signs a text as a note of an organization's log, with the keys that sign its checkpoints. A checkpoint begins with its origin, and a text that is
 * signed here begins with `{`: nobody can take one for the other.
 * @throws SigningFailed
 */
export async function signNote(
  { tree, signingKeys }: { readonly tree: Pick<TreeReader, "origin">; readonly signingKeys: SigningKeys },
  organization: string,
  text: string,
  nowMs: number,
): Promise<string> {
  if (!text.startsWith("{")) throw new Error("only a JSON object can be signed");
  const made = await signingKeys.sign(Buffer.from(text), nowMs);
  return formatNote(text, signaturesOf(tree.origin(organization), made));
}
