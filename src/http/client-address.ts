import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Tells from where a request comes. X-Forwarded-For is read from its end, where the nearest proxy wrote, for as long as whoever
 * wrote is trusted: what a stranger puts before that changes nothing.
 * @param trustedProxies addresses or CIDR ranges. @throws Error for any other text.
 * @returns a function to a canonical address (RFC 5952), or undefined when the connection has none.
 */
export function clientAddress(
  trustedProxies: readonly string[],
): (incoming: Pick<IncomingMessage, "headers" | "socket">) => string | undefined {
  const ranges = trustedProxies.map((proxy) => {
    if (proxy.includes("/")) return ipaddr.parseCIDR(proxy);
    const address = ipaddr.parse(proxy);
    return [address, address.kind() === "ipv4" ? 32 : 128] as [Address, number];
  });
  const trusted = (address: Address) =>
    ranges.some((range) => range[0].kind() === address.kind() && address.match(range));

  return ({ headers, socket }) => {
    let client = parse(socket.remoteAddress ?? "");
    if (client === undefined) return undefined;
    const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",");
    const hops = forwarded === "" ? [] : forwarded.split(",");
    while (trusted(client) && hops.length > 0) {
      const hop = parse(hops.pop() ?? "");
      // A trusted proxy that writes no address ("unknown", RFC 7239): the proxy itself is all that is known.
      if (hop === undefined) break;
      client = hop;
    }
    return client.toString();
  };
}

/** An address as proxies write it: also with a port, in brackets, with a zone, or as IPv4 mapped into IPv6. */
function parse(text: string): Address | undefined {
  const trimmed = text.trim();
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(trimmed)?.[1] ?? /^([\d.]+):\d+$/.exec(trimmed)?.[1] ?? trimmed;
  const [address = ""] = bare.split("%", 1);
  const complete = address.includes(":") ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address);
  return complete ? ipaddr.process(address) : undefined;
}
