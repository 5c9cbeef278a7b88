import ipaddr from "ipaddr.js";

/** The network that an address is counted with: the /24 of an IPv4 address, the /64 of another. Undefined where it is no address. */
export function networkOf(ip: string): string | undefined {
  if (!ipaddr.isValid(ip)) return undefined;
  const address = ipaddr.process(ip);
  if (address instanceof ipaddr.IPv4) return `${address.octets.slice(0, 3).join(".")}.0/24`;
  // Of the numbers alone: a zone belongs to one machine's interface.
  return `${new ipaddr.IPv6([...address.parts.slice(0, 4), 0, 0, 0, 0])}/64`;
}
