import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withLiterals } from "./literals.ts";

/** Texts with whatever could end a literal, begin a comment, or be taken for a placeholder. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom(
      "'",
      '"',
      "`",
      "\\",
      "\0",
      "\n",
      "-",
      "/",
      "*",
      "{",
      "}",
      ";",
      "x",
      "a:String",
      "é",
      "\u2028",
    ),
  }),
);
/** One literal of a text, and nothing else: no quote or backslash of the value is in it as it is. */
const LITERAL = /^'(?:[A-Za-z0-9 _.,:/@]|\\x[0-7][0-9a-f]|[\u0080-\u{10ffff}])*'$/u;

/** Reads a literal as the engine does. */
function unquoted(literal: string): string {
  return literal.slice(1, -1).replace(/\\x(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

describe("a value in a statement", () => {
  it("is one literal, whatever text it is", () => {
    fc.assert(
      fc.property(text, (value) => {
        const literal = withLiterals({ sql: "{v:String}", values: { v: value } });
        expect(literal).toMatch(LITERAL);
        expect(unquoted(literal)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is one list of literals, whatever texts they are", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (values) => {
        const sql = withLiterals({ sql: "{v:Array(String)}", values: { v: values } });
        const [, list = ""] = /^_CAST\(\[(.*)\], 'Array\(String\)'\)$/s.exec(sql) ?? [];
        const literals = list.split(/(?<='),(?=')/);
        expect(literals.map(unquoted)).toEqual(values);
        for (const literal of literals) expect(literal).toMatch(LITERAL);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is never taken for a placeholder itself", () => {
    const values = { a: "{b:String}", b: "secret" };
    expect(withLiterals({ sql: "{a:String} {b:String}", values })).toBe("'\\x7bb:String\\x7d' 'secret'");
  });

  it.each([
    ["Int64", -1, "_CAST(-1, 'Int64')"],
    ["UInt16", 7, "_CAST(7, 'UInt16')"],
    ["Array(UInt8)", [1, 7], "_CAST([1,7], 'Array(UInt8)')"],
    ["Array(Int64)", [-1], "_CAST([-1], 'Array(Int64)')"],
    ["Array(IPv6)", ["::1"], "_CAST(['::1'], 'Array(IPv6)')"],
    ["Array(String)", [], "_CAST([], 'Array(String)')"],
    ["Identifier", "events_0f", "events_0f"],
  ])("of type %s has that type", (type, value, sql) => {
    expect(withLiterals({ sql: `{v:${type}}`, values: { v: value } })).toBe(sql);
  });

  it.each([
    ["Int64", 1.5],
    ["Int64", 2 ** 53],
    ["Int64", Number.NaN],
    ["Int64", "1"],
    ["String", 1],
    ["String", ["a"]],
    ["Array(String)", "a"],
    ["Array(String)", [1]],
    ["Array(UInt8)", ["1"]],
    ["Identifier", "a b"],
    ["Identifier", ""],
    ["Date", "2026-01-01"],
    ["Array(Date)", ["2026-01-01"]],
  ])("is refused as %s: %j", (type, value) => {
    expect(() => withLiterals({ sql: `{v:${type}}`, values: { v: value } })).toThrow(RangeError);
  });

  it("must be there", () => {
    expect(() => withLiterals({ sql: "{constructor:String}", values: { v: "" } })).toThrow("has no value");
  });

  it("changes nothing in a statement that names no values, such as one with rows", () => {
    const sql = 'INSERT INTO t FORMAT JSONCompactEachRow\n["{v:String}"]';
    expect(withLiterals({ sql, values: {} })).toBe(sql);
  });
});
