import { expect, it } from "vitest";
import { badgeVariant } from "./badge-variant.ts";

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
