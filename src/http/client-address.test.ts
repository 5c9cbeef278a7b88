import { describe, expect, it } from "vitest";
import { clientAddress } from "./client-address.ts";

const PROXIES = ["10.0.0.0/8", "192.0.2.1", "2001:db8:ffff::/48"];

function address(proxies: string[], remoteAddress: string | undefined, forwarded?: string): string | undefined {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return clientAddress(proxies)({ headers, socket: { remoteAddress } as never });
}

describe("the client's address", () => {
  it.each([
    ["203.0.113.5", "203.0.113.5"],
    ["::ffff:203.0.113.5", "203.0.113.5"],
    ["2001:DB8::0:1", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
  ])("is the connection's own, in canonical form: %s", (remote, expected) => {
    expect(address([], remote)).toBe(expected);
    expect(address([], remote, "198.51.100.1")).toBe(expected);
  });

  it.each([
    ["what its one proxy saw", "10.1.2.3", "198.51.100.1", "198.51.100.1"],
    ["not what a stranger claims to a proxy", "10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
    ["beyond a chain of trusted proxies", "10.1.2.3", "1.1.1.1, 198.51.100.1, 192.0.2.1, 10.9.9.9", "198.51.100.1"],
    ["the outermost, when all are trusted", "10.1.2.3", "10.0.0.7, 10.0.0.8", "10.0.0.7"],
    ["the proxy's, when it forwards no address", "10.1.2.3", "198.51.100.1, unknown", "10.1.2.3"],
    ["the proxy's, when nothing is forwarded", "10.1.2.3", undefined, "10.1.2.3"],
    ["the proxy's, when the header is empty", "10.1.2.3", "", "10.1.2.3"],
    ["read with a port", "10.1.2.3", "198.51.100.1:4711", "198.51.100.1"],
    ["read in brackets with a port", "2001:db8:ffff::1", "[2001:DB8::5]:4711", "2001:db8::5"],
    ["never a shortened or octal spelling", "10.1.2.3", "0300.1", "10.1.2.3"],
    ["the connection's, if it is not a proxy's", "203.0.113.5", "198.51.100.1", "203.0.113.5"],
  ])("is %s", (_what, remote, forwarded, expected) => {
    expect(address(PROXIES, remote, forwarded)).toBe(expected);
  });

  it.each([
    ["an IPv4 address written as IPv6", "::ffff:127.0.0.1", "127.0.0.1"],
    ["an IPv4 address written as IPv6, of a connection written so", "127.0.0.1", "::ffff:127.0.0.1"],
    ["every IPv4 address written as IPv6", "::ffff:0:0/96", "192.0.2.44"],
    ["a range of IPv4 written as IPv6", "::ffff:10.0.0.0/104", "10.200.0.1"],
    ["everything", "::/0", "192.0.2.44"],
    ["another spelling", "2001:DB8:0::1", "2001:db8::1"],
  ])("trusts a proxy that is named as %s", (_what, proxy, remote) => {
    expect(address([proxy], remote, "198.51.100.1")).toBe("198.51.100.1");
  });

  it.each([
    ["a range of IPv4 written as IPv6", "::ffff:10.0.0.0/104", "11.0.0.1"],
    ["an address of another kind", "::7f00:1", "127.0.0.1"],
  ])("does not trust one that is not in %s", (_what, proxy, remote) => {
    expect(address([proxy], remote, "198.51.100.1")).toBe(remote);
  });

  it.each(["10", "10/8", "127.1", "0x7f.0.0.1", "10.0.0.0/33", "10.0.0.0/", "::1%lo", "010.0.0.1", ""])(
    "refuses %j as a proxy",
    (proxy) => {
      expect(() => clientAddress([proxy])).toThrow(/neither an address nor a CIDR range/);
    },
  );

  it("is unknown on a connection without one, whatever a header says", () => {
    expect(address(["0.0.0.0/0"], undefined, "198.51.100.1")).toBeUndefined();
  });

  it("refuses a proxy that is neither an address nor a range", () => {
    expect(() => clientAddress(["proxy.local"])).toThrow();
  });
});
