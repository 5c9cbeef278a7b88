/** A SHA-256 of bytes; 32 bytes. node:crypto answers at once, WebCrypto later. */
export type Sha256 = (input: Uint8Array) => Uint8Array;
export type AsyncSha256 = (input: Uint8Array) => Promise<Uint8Array>;

/**
 * A computation that yields bytes and is handed their SHA-256 in return, so that one code serves node:crypto, which answers at once,
 * and WebCrypto, which answers later. Run it with `hashing` or `hashingAsync`. What is yielded may be overwritten after the
 * answer: hash it at once.
 */
export type Hashing<T> = Generator<Uint8Array, T, Uint8Array>;

export function hashing<T>(steps: Hashing<T>, sha256: Sha256): T {
  let step = steps.next();
  while (!step.done) step = steps.next(sha256(step.value));
  return step.value;
}

export async function hashingAsync<T>(steps: Hashing<T>, sha256: AsyncSha256): Promise<T> {
  let step = steps.next();
  while (!step.done) step = steps.next(await sha256(step.value));
  return step.value;
}
