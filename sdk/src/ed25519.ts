/** Ordinates, little-endian in hex, of the eight points whose order divides the curve's cofactor. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/**
 * Whether an Ed25519 public key is one that nobody's secret made: of small order, for which signatures over any message can be made up, or
 * an ordinate not below 2^255 − 19, which RFC 8032 (section 5.1.3) does not decode. RFC 8032 leaves the former to the caller, and
 * cryptographic libraries differ in both.
 *
 * @param publicKey 32 bytes.
 */
export function isWeakPublicKey(publicKey: Uint8Array): boolean {
  const [first = 0] = publicKey;
  const ordinate = Uint8Array.from(publicKey);
  // The highest bit is the abscissa's sign.
  ordinate[31] = (ordinate[31] ?? 0) & 0x7f;
  const isBeyond = first >= 0xed && ordinate[31] === 0x7f && ordinate.subarray(1, 31).every((byte) => byte === 0xff);
  const hex = Array.from(ordinate, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return isBeyond || SMALL_ORDER.has(hex);
}
