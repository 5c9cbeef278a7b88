let lastMs = 0;
let counter = 0;
/** Further back than this a clock was set, and did not only tremble. */
const SET_BACK_MS = 60_000;

/** Random bytes are drawn for many ids at once: a call for each costs more than the rest. */
const pool = new Uint8Array(4096);
let used = pool.length;
/** Of these the first two are for the counter. */
const RANDOM_BYTES = 10;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/**
 * A UUIDv7 (RFC 9562 §5.7). Within one process ids sort in the order they were made: the 12 bits after the time count up
 * (§6.2, method 1), and when they overflow the time runs ahead by a millisecond. When the clock is set back by more than a minute,
 * ids follow it and sort before the earlier ones: otherwise a clock that was once years ahead would be in every later id.
 *
 * @param now milliseconds since the Unix epoch.
 */
export function uuidv7(now: number = Date.now()): string {
  if (used + RANDOM_BYTES > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const at = used;
  used += RANDOM_BYTES;
  const byte = (index: number) => pool[at + index] as number;
  if (now > lastMs || now < lastMs - SET_BACK_MS) {
    lastMs = now;
    // Begins in the lower half, so that a busy millisecond has room to count.
    counter = ((byte(0) << 8) | byte(1)) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  const hex = (index: number) => HEX[byte(index)] as string;
  const time = lastMs.toString(16).padStart(12, "0");
  const variant = HEX[(byte(2) & 0x3f) | 0x80];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${variant}${hex(3)}-${hex(4)}${hex(5)}${hex(6)}${hex(7)}${hex(8)}${hex(9)}`;
}
