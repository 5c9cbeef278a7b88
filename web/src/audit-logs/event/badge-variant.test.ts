import { expect, it } from "vitest";
import { actionsOf, badgeVariant } from "./badge-variant.ts";

it.each([
  ["auth.login", "default"],
  ["auth", "default"],
  ["api_key.create", "destructive"],
  ["knowledge.update", "secondary"],
  ["message.send", "secondary"],
  ["channel.connect", "outline"],
  ["db.update", "outline"],
  ["member.invite", "outline"],
  ["authx.login", "outline"],
  ["constructor", "outline"],
] as const)("shows %s as %s", (action, variant) => {
  expect(badgeVariant(action)).toBe(variant);
});

it("asks for the actions of a badge by their families, and for an outline by all others", () => {
  expect(actionsOf("default")).toEqual(["auth.*"]);
  expect(actionsOf("destructive")).toEqual(["api_key.*"]);
  expect(actionsOf("secondary")).toEqual(["knowledge.*", "message.*"]);
  expect(actionsOf("outline")).toEqual(["-auth.*", "-api_key.*", "-knowledge.*", "-message.*"]);
});
