import { expect, it } from "vitest";
import { type Candidate, distance, similar, unspoiledParts } from "./similar.ts";

const candidates: readonly Candidate[] = [
  { name: "actor_id", value: "u_1", count: 9, texts: ["Priya Sharma", "priya@acme.example"] },
  { name: "actor_id", value: "u_2", count: 40, texts: ["Priya Nair", "p.nair@acme.example"] },
  { name: "actor_type", value: "api_key", count: 3, texts: ["api_key"] },
  { name: "action", value: "knowledge.update", count: 12, texts: ["knowledge.update"] },
];
const values = (wanted: string) => similar(wanted, candidates).map(({ value }) => value);

it("counts letters that are missing, too much, wrong or swapped", () => {
  expect([distance("priya", "pria"), distance("priya", "priyaa"), distance("priya", "prixa")]).toEqual([1, 1, 1]);
  expect([distance("priya", "pirya"), distance("", "ab"), distance("abc", "abc")]).toEqual([1, 2, 0]);
});

it("finds a person by a name that is misspelled, who did most first", () => {
  expect(values("pryia")).toEqual(["u_2", "u_1"]);
  expect(values("SHARMAA")).toEqual(["u_1"]);
});

it("asks for people by parts, one of which is right whatever letter is wrong", () => {
  expect(unspoiledParts(" Theo Meta ")).toEqual(["th", "eo", "me", "ta"]);
  for (const wrong of ["theo meta", "teho mehta", "theo mehtaa", "thoe mhta", "xheo mehtx"])
    expect(unspoiledParts(wrong).some((part) => "theo mehta".includes(part))).toBe(true);
  expect([...unspoiledParts("ada"), ...unspoiledParts(" ")]).toEqual([]);
});

it("finds what was looked for in the wrong field", () => {
  expect(values("api_key")).toEqual(["api_key"]);
});

it("finds an action by a part of it or with a letter wrong, and nothing in what is too short or far off", () => {
  expect(values("knowlege.update")).toEqual(["knowledge.update"]);
  expect(values("upd")).toEqual(["knowledge.update"]);
  expect([...values("xy"), ...values("zebra"), ...values(" ")]).toEqual([]);
});
