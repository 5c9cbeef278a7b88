let lastMs = 0;
let counter = 0;

/**
 * A UUIDv7 (RFC 9562 §5.7). Within one process ids sort in the order they were made: the 12 bits after the time count up
 * (§6.2, method 1), and when they overflow the time runs ahead by a millisecond.
 *
 * @param now milliseconds since the Unix epoch.
 */
export function uuidv7(now: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  if (now > lastMs) {
    lastMs = now;
    // Begins in the lower half, so that a busy millisecond has room to count.
    counter = (((random[8] ?? 0) << 8) | (random[9] ?? 0)) & 0x7ff;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  random[0] = ((random[0] ?? 0) & 0x3f) | 0x80;
  const time = lastMs.toString(16).padStart(12, "0");
  const tail = Array.from(random.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
