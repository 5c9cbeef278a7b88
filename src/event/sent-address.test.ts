import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressIn } from "./sent-address.ts";

describe("an address", () => {
  it("is taken as it is spelled", () => {
    for (const plain of [
      "203.0.113.7",
      "0.0.0.0",
      "2001:db8::1",
      "2001:DB8:0:0:0:0:0:1",
      "::1",
      "::ffff:203.0.113.7",
    ]) {
      expect(addressIn(plain)).toBe(plain);
    }
  });

  it("is found in every form in which frameworks and proxies give it", () => {
    for (const [sent, address] of [
      ["203.0.113.7:5123", "203.0.113.7"],
      ["203.0.113.7:0", "203.0.113.7"],
      ["[2001:db8::1]", "2001:db8::1"],
      ["[::1]:80", "::1"],
      ["[::ffff:203.0.113.7]:65535", "::ffff:203.0.113.7"],
      ["fe80::1%eth0", "fe80::1"],
      ["fe80::1%25en0", "fe80::1"],
      ["[fe80::1%eth0]:443", "fe80::1"],
      [" 203.0.113.7\n", "203.0.113.7"],
      ['"[2001:db8::1]:4711"', "2001:db8::1"],
      ["/203.0.113.7:5123", "203.0.113.7"],
      ["/[2001:db8::1]:5123", "2001:db8::1"],
      ["/2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:1"],
      ["203.0.113.7/32", "203.0.113.7"],
      ["2001:db8::1/128", "2001:db8::1"],
    ] as const) {
      expect(addressIn(sent), sent).toBe(address);
    }
  });

  it("is not found in a list, a name, a network, or a number", () => {
    for (const sent of [
      "",
      " ",
      "-",
      "unknown",
      "_hidden",
      "@",
      "unix:/run/app.sock",
      "203.0.113.7, 10.0.0.1",
      "203.0.113.7,",
      "203.0.113.7 10.0.0.1",
      "for=192.0.2.60;proto=http",
      "localhost",
      "localhost/127.0.0.1",
      "app.example.com:443",
      "https://203.0.113.7",
      "203.0.113.0/24",
      "2001:db8::/32",
      "203.0.113.7/128",
      "203.0.113",
      "203.0.113.007",
      "999.1.1.1",
      "3405803783",
      "0xcb007107",
      "203.0.113.7:65536",
      "203.0.113.7:",
      "203.0.113.7:http",
      "[203.0.113.7",
      "[]",
      "[::1]80",
      "2001:db8:0:0:0:0:0:1:443",
      "203.0.113.7%eth0",
      "fe80::1%",
      '"203.0.113.7',
      `${"1".repeat(300_000)}`,
      `[${":".repeat(300_000)}`,
    ]) {
      expect(addressIn(sent), sent.slice(0, 40)).toBeUndefined();
    }
  });

  it("is the one that was decorated, and nothing else is changed about it", () => {
    const decorated = fc.oneof(
      fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([ip, port]) => [`${ip}:${port}`, ip] as const),
      fc.tuple(fc.ipV6(), fc.nat(65_535)).map(([ip, port]) => [`[${ip}]:${port}`, ip] as const),
      fc.tuple(fc.ipV6(), fc.stringMatching(/^[a-z0-9]{1,15}$/)).map(([ip, zone]) => [`${ip}%${zone}`, ip] as const),
    );
    fc.assert(
      fc.property(decorated, ([sent, ip]) => {
        expect(addressIn(sent)).toBe(ip);
      }),
    );
  });
});
