import { formatAddress, parseAddress } from "@daybook/sdk/filters";
import { type EntryLayout, fieldNumber } from "../event/index.ts";
import { Memo } from "./memo.ts";

/** Few addresses make most events, and reading one takes longer than finding it again. */
const spellings = new Memo((ip) => {
  const address = parseAddress(ip);
  return address === undefined ? "" : formatAddress(address);
});

/** An address as eight groups, however it is spelled; null when the text is not one. */
export function oneSpelling(ip: string): string | null {
  return spellings.of(ip) || null;
}

/** Where an event says that its actor was, as eight groups; undefined where it says no address. */
export function addressOf(entry: EntryLayout): string | undefined {
  const text = entry.byteText(IP);
  if (text === undefined) return undefined;
  // An address has no character that is escaped.
  return oneSpelling(text.slice(1, -1)) ?? undefined;
}

const IP = fieldNumber("context.ip");

/** SQL of an address's text as people write it: the engine spells an IPv4 address as the IPv6 address it is kept as. @param address SQL of an IPv6. */
export function readableAddress(address: string): string {
  return `replaceRegexpOne(toString(${address}), '^::ffff:([0-9.]+)$', '\\\\1')`;
}
