import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { encodeEntry } from "../event/codec.ts";
import { altered, type CheckedEntry } from "./check.ts";

const { header, body } = encodeEntry(
  { action: "a", actor: { type: "user" }, resource: { type: "r" } },
  { id: "e", organization: "acme", source: { type: "daybook" }, sequence: 7, recordedAt: 0 },
);
const leafHash = createHash("sha256").update("\0").update(header).digest();
const other = Buffer.alloc(32);
const stored: CheckedEntry = { header, body, leafHash, leaf: "stored" };

it("finds nothing wrong with an entry that is what was acknowledged", () => {
  expect(altered(stored, leafHash)).toBeUndefined();
});

it("finds a body that is missing", () => {
  expect(altered({ ...stored, body: undefined }, leafHash)).toBe("bodiless");
  expect(altered({ ...stored, body: undefined, completed: true }, leafHash)).toBe("bodiless");
});

it("computes the hash of a header that has one stored beside it", () => {
  expect(altered({ ...stored, leafHash: other }, leafHash)).toBeUndefined();
  expect(altered({ ...stored, leafHash: other }, other)).toBe("header");
});

it("takes the hash that was computed when the header was read", () => {
  const computed: CheckedEntry = { ...stored, leaf: "computed" };
  expect(altered(computed, leafHash)).toBeUndefined();
  expect(altered(computed, other)).toBe("header");
  expect(altered({ ...computed, leafHash: leafHash.subarray(1) }, leafHash)).toBe("header");
});

it("compares the body with the header, unless the header was completed with that body's hash", () => {
  const wrong = Buffer.from("{}");
  expect(altered({ ...stored, body: wrong }, undefined)).toBe("body");
  expect(altered({ ...stored, body: wrong, completed: false }, leafHash)).toBe("body");
  expect(altered({ ...stored, body: wrong, completed: true }, leafHash)).toBeUndefined();
});
