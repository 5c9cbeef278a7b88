import { hashing } from "@daybook/sdk/merkle";
import { keyIdOf, parseNote } from "@daybook/sdk/note";
import { sha256, verifyEd25519 } from "../crypto.ts";
import { checkpointOrigin, type Predecessor, type StoredCheckpoints } from "../tree/index.ts";

/** A restore that this log went through. Since then it has another origin. */
export interface Restore {
  readonly earlierOrigin: string;
  /** Entries that were restored: the first ones of both logs. */
  readonly size: number;
  /** As it is in a sentence, such as "the restore of 2026-11-27". */
  readonly name: string;
  /** The statement that links both origins, in one line, and by whom it is signed. */
  readonly statement: string;
}

/** @param publicKeys those that sign for this log. @returns an organization's restores, newest first. */
export function restoresOf(
  { kept, publicKeys }: { kept: StoredCheckpoints; publicKeys: readonly Uint8Array[] },
  organization: string,
): Restore[] {
  return kept.predecessors(organization).map((predecessor) => ({
    earlierOrigin: checkpointOrigin(predecessor.logId, organization),
    size: predecessor.size,
    name: `the restore of ${new Date(predecessor.restoredAt).toISOString()}`,
    statement: describe(predecessor, publicKeys),
  }));
}

function describe({ statement }: Predecessor, publicKeys: readonly Uint8Array[]): string {
  const { text, signatures } = parseNote(statement);
  // The log's own origin, or, of a log that was restored twice, that of the log in between.
  const name = text.split("\n", 1)[0] ?? "";
  const isSigned = signatures.some(({ keyId, signature }) =>
    publicKeys.some((publicKey) => {
      const isOurs = Buffer.from(hashing(keyIdOf(name, publicKey), sha256)).equals(keyId);
      return isOurs && verifyEd25519(publicKey, Buffer.from(text), signature);
    }),
  );
  return `“${text.trim().replaceAll("\n", " ")}”, ${isSigned ? "signed by this log's keys" : "which no key of this log has signed"}`;
}
