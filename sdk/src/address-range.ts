/**
 * IP addresses as numbers, so that they are compared as addresses and not as they are spelled. An IPv4 address is its IPv4-mapped
 * IPv6 address (RFC 4291 §2.5.5.2): `192.0.2.1` and `::ffff:192.0.2.1` are the same. The older compatible form `::192.0.2.1` is
 * another address.
 */

const MAPPED = 0xffff_0000_0000n;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const GROUP = /^[0-9a-f]{1,4}$/i;

/** A range of addresses, both ends included. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** The 128 bits of an IPv4 or IPv6 address without port, brackets or zone; undefined when the text is not one. */
export function parseAddress(text: string): bigint | undefined {
  const ipv4 = parseIpv4(text);
  return ipv4 === undefined ? parseIpv6(text) : MAPPED + BigInt(ipv4);
}

/** An address, or a CIDR range; undefined when the text is neither. Bits after the prefix do not matter. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [base = "", prefix, ...rest] = text.split("/");
  const address = parseAddress(base);
  if (address === undefined || rest.length > 0) return undefined;
  if (prefix === undefined) return { first: address, last: address };
  const width = base.includes(":") ? 128 : 32;
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > width) return undefined;
  const free = BigInt(width - Number(prefix));
  return { first: (address >> free) << free, last: address | ((1n << free) - 1n) };
}

/** An address as eight groups, in which every IPv6 parser reads the same 128 bits. */
export function formatAddress(address: bigint): string {
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((address >> shift) & 0xffffn).toString(16));
  return groups.join(":");
}

function parseIpv4(text: string): number | undefined {
  const parts = IPV4.exec(text);
  if (parts === null) return undefined;
  let value = 0;
  for (let at = 1; at <= 4; at++) {
    const part = parts[at] as string;
    // A leading zero is octal to some and decimal to others.
    if (Number(part) > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
}

function parseIpv6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? join(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return join([...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail]);
}

/** Groups between colons; the last two may be written as an IPv4 address. */
function groupsOf(text: string, half: number, halves: readonly string[]): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [at, part] of parts.entries()) {
    const last = half === halves.length - 1 && at === parts.length - 1;
    const ipv4 = last ? parseIpv4(part) : undefined;
    if (ipv4 !== undefined) groups.push(Math.floor(ipv4 / 65_536), ipv4 % 65_536);
    else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function join(groups: readonly number[]): bigint {
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n);
}
