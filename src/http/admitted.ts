import type { IncomingMessage, ServerResponse } from "node:http";
import type { Admission, Held, Reads } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import { type Access, actorOf, type Manager } from "../identity/index.ts";
import { BODY_BYTES_MAX, declaredBytes } from "./body.ts";
import type { Env } from "./env.ts";

/** An answer of more than this counts as held until it was sent: whoever does not read it keeps it here. */
const ANSWER_BYTES = 16 * 1024;
/** A body of unknown length is let in with so much, and asks for more as it comes. */
const UNKNOWN_BYTES = 64 * 1024;
/** Compressed, much more than JSON usually unfolds to: who is let in with too little could be refused later, and what is too much is given back. */
const UNFOLDING = 32;

/** What a body will take, decoded, as far as its head tells. */
export function expectedBytes(incoming: IncomingMessage): number {
  if (incoming.headers["content-length"] === undefined) return UNKNOWN_BYTES;
  const declared = declaredBytes(incoming);
  if (incoming.headers["content-encoding"] !== undefined) return Math.min(BODY_BYTES_MAX, UNFOLDING * declared);
  // What is too large is refused, and nothing of it is kept.
  return declared <= BODY_BYTES_MAX ? declared : 0;
}

/** Aborts once nobody waits for the answer any more. */
export function whenLeft(outgoing: ServerResponse): AbortSignal {
  const left = new AbortController();
  outgoing.once("close", () => left.abort(new DaybookError("overloaded", "The client left before it was let in.")));
  return left.signal;
}

/** Releases what a request held once its answer is on its way, or, where it is long, once it was taken. */
export function releaseOnceSent(held: Held, outgoing: ServerResponse, answerBytes: number): void {
  if (answerBytes <= ANSWER_BYTES || outgoing.closed) {
    held.release();
    return;
  }
  held.shrink(answerBytes);
  outgoing.once("close", () => held.release());
}

/**
 * Lets in a request to read; what it holds is released once its answer was taken, or its reader left.
 * @returns whether it had to wait: who could read before may not any more.
 */
export async function admitReading(
  admission: Admission,
  { outgoing }: Env["Bindings"],
  by: Access | Manager,
  what: Reads,
): Promise<boolean> {
  const { organization } = by;
  const reader = "reader" in by ? by.reader : actorOf(by.principal, organization);
  const sender = { organization, key: `${reader.type}:${reader.id ?? ""}` };
  let hasWaited = false;
  const left = () => {
    hasWaited = true;
    return whenLeft(outgoing);
  };
  const admitted = await admission.toRead(sender, what, left);
  if (outgoing.closed) admitted.release();
  else outgoing.once("close", () => admitted.release());
  return hasWaited;
}
