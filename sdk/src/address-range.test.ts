import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress, parseAddress, parseAddressRange } from "./address-range.ts";

describe("an address", () => {
  it("is one where the platform says so, but for zones", () => {
    const texts = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.stringMatching(/^[0-9a-fA-F:.%]{0,30}$/),
      fc.constantFrom(
        "",
        "::",
        "1::2::3",
        "::1.2.3.4",
        "1.2.3.4::",
        "::ffff:1.2.3.256",
        "01.2.3.4",
        "1:2:3:4:5:6:7",
        "fe80::1%eth0",
      ),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(parseAddress(text) !== undefined).toBe(isIP(text) !== 0 && !text.includes("%"));
      }),
      { numRuns: 5_000 },
    );
  });

  it("has the same bits however it is spelled", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const address = parseAddress(text) ?? -1n;
        expect(parseAddress(formatAddress(address))).toBe(address);
      }),
    );
    expect(parseAddress("192.0.2.1")).toBe(parseAddress("::FFFF:c000:201"));
    expect(parseAddress("192.0.2.1")).not.toBe(parseAddress("::192.0.2.1"));
  });
});

describe("a range", () => {
  it("holds what the platform says it holds", () => {
    const range = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
    );
    fc.assert(
      fc.property(range, fc.oneof(fc.ipV4(), fc.ipV6()), ([base, prefix], text) => {
        const { first, last } = parseAddressRange(`${base}/${prefix}`) ?? { first: 1n, last: 0n };
        const list = new BlockList();
        const mapped = (ip: string) => (isIP(ip) === 4 ? `::ffff:${ip}` : ip);
        list.addSubnet(mapped(base), prefix + (isIP(base) === 4 ? 96 : 0), "ipv6");
        const address = parseAddress(text) ?? -1n;
        expect(address >= first && address <= last).toBe(list.check(mapped(text), "ipv6"));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "::/129", "10.0.0.0/8/8", "/8", "10.0.0/8"])(
    "is not %s",
    (text) => {
      expect(parseAddressRange(text)).toBeUndefined();
    },
  );
});
