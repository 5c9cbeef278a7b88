import type { IncomingMessage } from "node:http";
import { type AddressRange, parseAddress, parseAddressRange } from "@daybook/sdk/filters";
import ipaddr from "ipaddr.js";
import { addressIn } from "../event/index.ts";

/** From where a request comes: a canonical address, or undefined when the connection has none. */
export type ClientAddress = (incoming: Pick<IncomingMessage, "headers" | "socket">) => string | undefined;

/**
 * Tells from where a request comes. X-Forwarded-For is read from its end, where the nearest proxy wrote, for as long as whoever
 * wrote is trusted: what a stranger puts before that changes nothing. Addresses are compared as addresses: `::ffff:10.0.0.1` is 10.0.0.1.
 * @param trustedProxies addresses or CIDR ranges. @throws Error for any other text.
 * @returns a function to a canonical address (RFC 5952), or undefined when the connection has none.
 */
export function clientAddress(trustedProxies: readonly string[]): ClientAddress {
  const ranges = trustedProxies.map(rangeOf);
  const trusted = (address: string) => {
    const bits = ranges.length === 0 ? undefined : parseAddress(address);
    return bits !== undefined && ranges.some(({ first, last }) => first <= bits && bits <= last);
  };

  return ({ headers, socket }) => {
    let client = addressIn(socket.remoteAddress ?? "");
    if (client === undefined) return undefined;
    const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
    const hops = forwarded === "" ? [] : forwarded.split(",");
    while (trusted(client) && hops.length > 0) {
      const hop = addressIn(hops.pop() ?? "");
      // A trusted proxy that writes no address ("unknown", RFC 7239): the proxy itself is all that is known.
      if (hop === undefined) break;
      client = hop;
    }
    return ipaddr.process(client).toString();
  };
}

function rangeOf(proxy: string): AddressRange {
  const range = parseAddressRange(proxy);
  if (range === undefined) throw new Error(`${JSON.stringify(proxy)} is neither an address nor a CIDR range.`);
  return range;
}
