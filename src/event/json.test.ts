import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStrict, valueEnd } from "./json.ts";

/** As JSON.stringify writes a double between 2^53 and 10^21; those of 16 digits that are below are not worth telling apart. */
const LARGE_INTEGER = /(?<![\d.])\d{16,}(?![\d.])/;

const faultsOf = (text: string) => readStrict(text).faults.map(({ pointer }) => pointer);

describe("strict JSON", () => {
  it("keeps the order of keys, integer-like ones too, and nulls", () => {
    expect(readStrict('{ "metadata": { "b": null, "2": 1, "1": {"z": 1, "0": 2} } }').member("metadata")).toBe(
      '{"b":null,"2":1,"1":{"z":1,"0":2}}',
    );
  });

  it("keeps the text of numbers as it was sent", () => {
    for (const number of [
      "1.0",
      "1e3",
      "100",
      "-0",
      "-0.0",
      "0.1",
      "1E-7",
      "0.12345678901234567",
      "12345.678901234567",
      "9007199254740992",
      "-9007199254740992",
      "0.000001",
      "1e21",
      "6.02214076E+23",
      "5e-324",
      "1.7976931348623157e308",
      `1.${"0".repeat(2000)}`,
    ]) {
      const read = readStrict(`{"n": {"m":[0,${number}]}}`);
      expect(read.faults, number).toEqual([]);
      expect(read.member("n")).toBe(`{"m":[0,${number}]}`);
      // In compact JSON, too, which takes a shorter way.
      expect(readStrict(`{"n":${number}}`).member("n")).toBe(number);
    }
  });

  it("refuses numbers that many programs would read as others", () => {
    for (const [number, message] of [
      ["9007199254740993", /^is an integer beyond 2\^53/],
      ["-9007199254740993", /^is an integer beyond 2\^53/],
      ["12345678901234567890", /^is an integer beyond 2\^53/],
      ["123456789012345680000", /^is an integer beyond 2\^53/],
      ["100000000000000000000", /^is an integer beyond 2\^53/],
      [`1${"0".repeat(2000)}`, /^is an integer beyond 2\^53/],
      ["0.1000000000000000055", /^has more than 17 significant digits/],
      ["123456789.0123456789e2", /^has more than 17 significant digits/],
      ["1e400", /^is a number too large/],
      [`1e${"9".repeat(2000)}`, /^is a number too large/],
      ["-1e-400", /^is a number too small/],
    ] as const) {
      for (const space of ["", " "]) {
        const [fault, ...others] = readStrict(`{"n":{"m":[0,${space}${number}]}}`).faults;
        expect([fault?.pointer, others], number).toEqual(["/n/m/1", []]);
        expect(fault?.message).toMatch(message);
      }
    }
  });

  it("names duplicate keys, __proto__ in any spelling, and lone surrogates", () => {
    expect(faultsOf('{"a":{"b":1,"b":2}}')).toEqual(["/a/b"]);
    expect(faultsOf('{"a":{"\\u0062":1,"b":2}}')).toEqual(["/a/b"]);
    expect(faultsOf('{"a":{"__proto__":1}}')).toEqual(["/a/__proto__"]);
    expect(faultsOf('{"a":{"\\u005f_proto__":1}}')).toEqual(["/a/__proto__"]);
    expect(faultsOf('{"a":["\\ud83d"]}')).toEqual(["/a/0"]);
    expect(faultsOf('{"a/b":{"~":"\\uDE00 x"}}')).toEqual(["/a~1b/~0"]);
    expect(faultsOf('{"a":"\\ud83d\\ude00"}')).toEqual([]);
  });

  it("takes 64 levels and refuses 65, and 200,000, naming where", () => {
    const nested = (levels: number) => `{"metadata":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    expect(faultsOf(nested(64))).toEqual([]);
    expect(faultsOf(nested(65))).toEqual(["/metadata"]);
    expect(faultsOf(nested(200_000))).toEqual(["/metadata"]);
  });

  it("stops at a hundred faults", () => {
    expect(faultsOf(`[${"1e400,".repeat(500)}0]`)).toHaveLength(100);
    expect(faultsOf(`{${'"a":0,'.repeat(500)}"a":0}`)).toHaveLength(100);
  });

  it("names what surrounds a fault whose keys are too long to be repeated", () => {
    expect(faultsOf(`{"a":{"${"k".repeat(2000)}":[1e400]},"b":1e400}`)).toEqual(["/a", "/b"]);
  });

  it("reads numbers with long runs of zeros in the time that their length asks for", () => {
    const numbers = Array.from({ length: 4000 }, () => `1${"0".repeat(1090)}1`).join(",");
    expect(faultsOf(`{"n":[0,1${"0".repeat(15)}.${"0".repeat(100_000)},${numbers}]}`)[0]).toBe("/n/2");
  });

  it("reads any JSON, spaced in any way, as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes("__proto__") && !LARGE_INTEGER.test(text));
        const read = readStrict(text);
        expect(read.faults).toEqual([]);
        for (const key of Object.keys(value)) expect(read.member(key)).toBe(JSON.stringify(value[key]));
      }),
    );
  });

  it("finds the end of a value among quotes and brackets in strings", () => {
    const text = '{"a":"]}\\"\\\\","b":[{"c":"{"}]},"rest"';
    expect(text.slice(0, valueEnd(text, 0))).toBe('{"a":"]}\\"\\\\","b":[{"c":"{"}]}');
  });
});
