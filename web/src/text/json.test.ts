import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatJson, memberTexts } from "./json.ts";

describe("memberTexts", () => {
  it("keeps the recorded order of integer-like keys, which JSON.parse would move", () => {
    const page =
      '{"data":[{"id":"a","metadata":{"b":1,"2":{"metadata":[1,{}]},"1":"}"},"x":1},{"id":"b"}],"next_cursor":null}';
    expect(memberTexts(page, ["metadata"])).toEqual([{ metadata: '{"b":1,"2":{"metadata":[1,{}]},"1":"}"}' }, {}]);
  });

  it("is not fooled by quotes, braces and member names inside strings", () => {
    const metadata = JSON.stringify({ note: '","metadata":{"x":1}', back: "\\", end: '\\"}]' });
    const page = `{"total":{"data":[{"metadata":1}]},"data":[{"description":"\\"metadata\\":","metadata":${metadata}}]}`;
    expect(memberTexts(page, ["metadata"])).toEqual([{ metadata }]);
  });

  it("finds what was put in, whatever it is", () => {
    const page = fc.array(fc.record({ id: fc.string(), metadata: fc.jsonValue() }));
    fc.assert(
      fc.property(page, (data) => {
        const texts = memberTexts(JSON.stringify({ data, next_cursor: null }), ["metadata"]);
        expect(texts.map(({ metadata }) => metadata)).toEqual(data.map(({ metadata }) => JSON.stringify(metadata)));
      }),
    );
  });
});

describe("formatJson", () => {
  it("formats as JSON.stringify does", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(formatJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it("leaves every token as it was recorded", () => {
    expect(formatJson('{"b":1.50,"1":"\\u0041","a":[]}')).toBe('{\n  "b": 1.50,\n  "1": "\\u0041",\n  "a": []\n}');
  });
});
