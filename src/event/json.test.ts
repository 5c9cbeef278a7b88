import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrayElements, readStrict, valueEnd } from "./json.ts";

const faultsOf = (text: string) => readStrict(text).faults.map(({ pointer }) => pointer);

describe("strict JSON", () => {
  it("keeps the order of keys, integer-like ones too, and nulls", () => {
    expect(readStrict('{ "metadata": { "b": null, "2": 1, "1": {"z": 1, "0": 2} } }').member("metadata")).toBe(
      '{"b":null,"2":1,"1":{"z":1,"0":2}}',
    );
  });

  it("takes numbers that are kept exactly, however they are spelt", () => {
    for (const number of [
      "1.0",
      "1e3",
      "100",
      "0.1",
      "-0",
      "1E-7",
      "9007199254740992",
      "0.000001",
      "1e21",
      "123456789012345680000",
    ]) {
      expect(faultsOf(`{"n": ${number}}`), number).toEqual([]);
    }
  });

  it("refuses numbers that would be kept as others", () => {
    for (const number of [
      "12345678901234567890",
      "1e400",
      "0.1000000000000000055",
      "9007199254740993",
      "1e-400",
      `1${"0".repeat(2000)}`,
    ]) {
      expect(faultsOf(`{"n":{"m":[0,${number}]}}`), number).toEqual(["/n/m/1"]);
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
    expect(faultsOf(`{"n":[0,1${"0".repeat(20)}.${"0".repeat(1000)},${numbers}]}`)[0]).toBe("/n/2");
  });

  it("reads any JSON, spaced in any way, as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, "\t"), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        fc.pre(!text.includes("__proto__"));
        const read = readStrict(text);
        expect(read.faults).toEqual([]);
        for (const key of Object.keys(value)) expect(read.member(key)).toBe(JSON.stringify(value[key]));
      }),
    );
  });

  it("splits an array into the texts of its elements", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.constantFrom(0, 2),
        fc.constantFrom("", " "),
        (values, indent, space) => {
          const { texts: elements } = arrayElements(`${space}${JSON.stringify(values, null, indent)}${space}`);
          expect(elements.map((element) => JSON.stringify(JSON.parse(element)))).toEqual(
            values.map((value) => JSON.stringify(value)),
          );
        },
      ),
    );
  });

  it("splits an array whose elements are nested as deep as 200,000 levels", () => {
    const deep = "[".repeat(200_000) + "]".repeat(200_000);
    expect(arrayElements(`[1,${deep},"x"]`).texts).toEqual(["1", deep, '"x"']);
  });

  it("finds the end of a value among quotes and brackets in strings", () => {
    const text = '{"a":"]}\\"\\\\","b":[{"c":"{"}]},"rest"';
    expect(text.slice(0, valueEnd(text, 0))).toBe('{"a":"]}\\"\\\\","b":[{"c":"{"}]}');
  });
});
