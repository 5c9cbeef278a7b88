import { readFileSync } from "node:fs";
import type { KeptCheckpoint } from "@daybook/sdk/bundle";
import { NoteError, parseCheckpoint, parseNote } from "@daybook/sdk/note";
import { z } from "zod";

const consistencyAnswer = z.object({ hashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)) });

/**
 * A checkpoint that somebody kept, as `GET /v1/checkpoint` answered it. Its signatures are not checked: whoever kept it trusts their own file.
 * @param consistency a file with the answer of `GET /v1/proofs/consistency`.
 * @throws NoteError
 */
export function readKept(file: string, consistency?: string): KeptCheckpoint {
  const checkpoint = parseCheckpoint(parseNote(readFileSync(file, "utf8")).text);
  return { checkpoint, ...(consistency !== undefined && { proof: readProof(consistency) }) };
}

function readProof(file: string): Uint8Array[] {
  let answer: unknown;
  try {
    answer = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new NoteError(`${file} is not JSON`, { cause: error });
  }
  const read = consistencyAnswer.safeParse(answer);
  if (!read.success) throw new NoteError(`${file} is not an answer of /v1/proofs/consistency`);
  return read.data.hashes.map((hash) => Buffer.from(hash, "hex"));
}
