import { describe, expect, it } from "vitest";
import { parseJsonTree, sameJson } from "./json-tree.ts";

describe("a JSON tree", () => {
  it("keeps members in their order and numbers to the digit", () => {
    const tree = parseJsonTree('{"2":12345678901234567890,"1":[true,{"a":"b,:{}\\""}],"e":{},"n":[]}');
    expect(tree).toEqual({
      type: "object",
      text: expect.any(String),
      members: [
        { key: "2", value: { type: "number", text: "12345678901234567890" } },
        {
          key: "1",
          value: {
            type: "array",
            text: '[true,{"a":"b,:{}\\""}]',
            items: [
              { type: "literal", text: "true" },
              {
                type: "object",
                text: '{"a":"b,:{}\\""}',
                members: [{ key: "a", value: { type: "string", text: '"b,:{}\\""' } }],
              },
            ],
          },
        },
        { key: "e", value: { type: "object", text: "{}", members: [] } },
        { key: "n", value: { type: "array", text: "[]", items: [] } },
      ],
    });
  });

  it.each(["null", "-1.5e3", '"text"', "[[[]]]"])("is of any value: %s", (text) => {
    expect(parseJsonTree(text).text).toBe(text);
  });

  it.each([
    ['{"a":1,"b":[2]}', '{"b":[2],"a":1}', true],
    ['"\\u0041"', '"A"', true],
    ["[1,2]", "[2,1]", false],
    ['{"a":1}', '{"b":1}', false],
    ["1", '"1"', false],
    ["12345678901234567890", "12345678901234567891", false],
  ])("is the same whatever its order of members: %s, %s", (one, other, same) => {
    expect(sameJson(parseJsonTree(one), parseJsonTree(other))).toBe(same);
  });
});
