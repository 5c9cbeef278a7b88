import { expect, it } from "vitest";
import { maskEmail } from "./mask-email.ts";

it.each([
  ["someone@example.com", "s***@e***.com"],
  ["Å@ö.museum", "Å***@ö***.museum"],
  ["a@b@c.de", "a***@c***.de"],
  ["hunter2", undefined],
  ["p@ssword", undefined],
  ["my p@ss.word", undefined],
  ["", undefined],
])("keeps of an address nobody here has, %s, only %s", (email, masked) => {
  expect(maskEmail(email)).toBe(masked);
});
