import { hash } from "node:crypto";

/**
 * A header without what can be computed from its body: the hash at its end, which no compression can shrink. The log stores sealed
 * entries this way, and knows nothing of why. Every header comes back byte for byte, also one that this version did not write.
 *
 * A packed header that ends in `WHOLE` holds the header as it was; any other lacks the hash and the closing brace.
 */
const WHOLE = 0x00;

/**
 * @param body undefined once it was erased: the header then keeps the hash, which is all that is left of the body.
 * @param trusting spares the hash: a header that ends with any hash of a body is taken to end with this one's. For who reads it back.
 */
export function pack(header: Uint8Array, body: Uint8Array | undefined, trusting = false): Uint8Array {
  const start = header.length - TAIL_BYTES;
  if (body !== undefined && start > 0 && header[start - 1] !== WHOLE) {
    const tail = header.subarray(start);
    if (trusting ? KEY.equals(tail.subarray(0, KEY.length)) : tailOf(body).equals(tail)) {
      return header.subarray(0, start);
    }
  }
  const whole = new Uint8Array(header.length + 1);
  whole.set(header);
  whole[header.length] = WHOLE;
  return whole;
}

/**
 * @param body the one that the header was packed with. An erased body can be left out only where it was packed without one.
 * @param room bytes to leave free before the header.
 * @throws Error when the header was packed with a body and there is none.
 */
export function unpack(packed: Uint8Array, body: Uint8Array | undefined, room = 0): Uint8Array {
  if (!completes(packed)) {
    const whole = packed.subarray(0, -1);
    if (room === 0) return whole;
    const header = Buffer.allocUnsafe(room + whole.length);
    header.set(whole, room);
    return header;
  }
  if (body === undefined) throw new Error("A header that was packed with its body cannot be read without it.");
  const header = Buffer.allocUnsafe(room + packed.length + TAIL_BYTES);
  header.set(packed, room);
  header.write(tailText(body), room + packed.length, "latin1");
  return header;
}

/** Whether the hash at the header's end is computed from the body. */
export function completes(packed: Uint8Array): boolean {
  return packed[packed.length - 1] !== WHOLE;
}

/** The header, or all of it but the hash and the closing brace. @throws where `unpack` does. */
export function headerStart(packed: Uint8Array, body: Uint8Array | undefined): Uint8Array {
  if (!completes(packed)) return packed.subarray(0, -1);
  if (body === undefined) throw new Error("A header that was packed with its body cannot be read without it.");
  return packed;
}

const KEY = Buffer.from(',"body_hash":"', "latin1");
/** The key, 64 digits, a quotation mark and a brace. */
const TAIL_BYTES = KEY.length + 66;

/** How a header ends that commits to this body. */
function tailOf(body: Uint8Array): Buffer {
  return Buffer.from(tailText(body), "latin1");
}

function tailText(body: Uint8Array): string {
  return `,"body_hash":"${hash("sha256", body, "hex")}"}`;
}
