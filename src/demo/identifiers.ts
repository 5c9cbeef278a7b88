import type { Random } from "./random.ts";

/** A UUIDv7 (RFC 9562 §5.7) whose random part comes from the seeded generator. */
export function uuidV7(timestampMs: number, random: Random): string {
  const time = timestampMs.toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.hex8().slice(0, 3)}-${variantAndRest(random)}`;
}

/** A UUIDv4 (RFC 9562 §5.4) from the seeded generator. */
export function uuidV4(random: Random): string {
  const head = random.hex8();
  return `${random.hex8()}-${head.slice(0, 4)}-4${head.slice(4, 7)}-${variantAndRest(random)}`;
}

function variantAndRest(random: Random): string {
  const head = random.hex8();
  const variant = "89ab"[random.below(4)];
  return `${variant}${head.slice(0, 3)}-${head.slice(4)}${random.hex8()}`;
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** An opaque id such as products give out: `chan_` and 18 characters of Crockford's base 32. */
export function prefixedId(prefix: string, random: Random): string {
  let id = `${prefix}_`;
  for (let word = 0; word < 3; word++) {
    let bits = random.uint32();
    for (let character = 0; character < 6; character++) {
      id += ALPHABET[bits & 31];
      bits >>>= 5;
    }
  }
  return id;
}
