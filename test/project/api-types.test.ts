import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { CONSOLE_TYPES, consoleTypes } from "../../scripts/api-types/console-types.ts";
import { typesOf } from "../../scripts/api-types/types.ts";

it("the console's types are those of the API's description (if not: npm run api-types)", () => {
  expect(readFileSync(CONSOLE_TYPES, "utf8")).toBe(consoleTypes());
});

it("a type is written for each kind of schema, and none is guessed", () => {
  const schema = {
    type: "object",
    required: ["a", "b"],
    properties: {
      a: { type: ["string", "null"] },
      b: { type: "array", items: { anyOf: [{ $ref: "#/components/schemas/B" }, { type: "null" }] } },
      c: { enum: ["x", 1], description: "Either." },
      d: { type: "object", additionalProperties: { type: "integer" } },
    },
  };
  const text = typesOf({ A: schema, B: { const: true } });
  for (const line of [
    "readonly a: string | null;",
    "readonly b: readonly (B | null)[];",
    '/** Either. */\n  readonly c?: "x" | 1;',
    "readonly d?: { readonly [name: string]: number };",
    "export type B = true;",
  ]) {
    expect(text).toContain(line);
  }
  expect(() => typesOf({ A: { type: "date" } })).toThrow("No type for date");
});
