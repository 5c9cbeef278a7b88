import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** True for an address or a CIDR range, IPv4 or IPv6, without a zone. */
export function isAddressOrRange(text: string): boolean {
  const [address = "", prefix, ...rest] = text.split("/");
  const version = address.includes("%") ? 0 : isIP(address);
  if (version === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

/**
 * First and last address of a range, both as IPv6. An IPv4 address stands for its IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), so
 * `192.0.2.1` and `::ffff:192.0.2.1` are the same, and `::/0` holds every address. Bits after the prefix are of no matter.
 *
 * @param text passes `isAddressOrRange`.
 */
export function addressRange(text: string): { first: string; last: string } {
  const [address = "", prefix] = text.split("/");
  const parsed = ipaddr.parse(address);
  const bytes = parsed instanceof ipaddr.IPv4 ? parsed.toIPv4MappedAddress().toByteArray() : parsed.toByteArray();
  const bits = prefix === undefined ? 128 : Number(prefix) + (parsed instanceof ipaddr.IPv4 ? 96 : 0);
  const first = bytes.map((byte, i) => byte & mask(bits, i));
  const last = bytes.map((byte, i) => byte | (0xff & ~mask(bits, i)));
  return { first: ipaddr.fromByteArray(first).toString(), last: ipaddr.fromByteArray(last).toString() };
}

/** The part of byte `i` that the first `bits` bits of an address cover. */
function mask(bits: number, i: number): number {
  const covered = Math.min(8, Math.max(0, bits - i * 8));
  return (0xff << (8 - covered)) & 0xff;
}
