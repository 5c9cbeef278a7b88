import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../event/index.ts";
import { parsedLeafTexts, writeLeafTexts } from "./leaf-texts.ts";

const key = fc.oneof(
  fc.constantFrom("a", "region", "a.b", "1", "02", "-1", "", "__proto__", "größe", "back\\slash", 'qu"ote'),
  fc.string({ maxLength: 6 }),
);
/** JSON texts, with numbers as callers spell them. */
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      "true",
      "false",
      "null",
      "0",
      "-0",
      "1.50",
      "1e3",
      "-7",
      "123456789012345",
      "1234567890123456",
      "[]",
      "{}",
      '""',
    ),
    fc
      .oneof(fc.string({ maxLength: 8 }), fc.constantFrom("größe", "x".repeat(1_025)))
      .map((text) => JSON.stringify(text)),
    fc.integer().map(String),
    fc.array(tie("value"), { maxLength: 3 }).map((elements) => `[${elements}]`),
    tie("object"),
  ),
  object: fc
    .uniqueArray(fc.tuple(key, tie("value")), { maxLength: 4, selector: ([name]) => name })
    .map((members) => `{${members.map(([name, member]) => `${JSON.stringify(name)}:${member}`)}}`),
}));
const metadata = fc.uniqueArray(fc.tuple(key, value), { maxLength: 5, selector: ([name]) => name });

/** What is written of metadata that is in the middle of other bytes. */
function leafTexts(metadata: string): string {
  const to = new ByteWriter();
  const bytes = Buffer.from(`x${metadata}}`);
  writeLeafTexts(bytes, 1, bytes.length - 1, to);
  return Buffer.from(to.take().buffer).toString();
}

describe("the leaves of metadata", () => {
  it("are the same when they are scanned as when the metadata is parsed", () => {
    fc.assert(
      fc.property(metadata, (members) => {
        const text = `{${members.map(([name, member]) => `${JSON.stringify(name)}:${member}`)}}`;
        expect(leafTexts(text)).toBe(parsedLeafTexts(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("have a path and a value that say where they end", () => {
    const text = '{"a":{"b":"c"},"tags":["x",{"k":true}],"größe":"ü","empty":"","n":1.50}';
    expect(JSON.parse(leafTexts(text))).toEqual(["3:a.bc", "4:tagsx", "6:tags.ktrue", "5:größeü", "1:n1.5"]);
  });
});
