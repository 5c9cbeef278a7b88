import { expect, it } from "vitest";
import type { Person } from "../../../api/people.ts";
import { resolvePerson } from "./resolve.ts";

const people: readonly Person[] = [
  { id: "u_1", name: "Priya Sharma", email: "priya@acme.example", count: 9 },
  { id: "u_2", name: "Priya Nair", email: "p.nair@acme.example", count: 4 },
  { id: "u_12", name: "Omar Haddad", count: 1 },
];
const holding = (text: string) =>
  people.filter(({ id, name = "", email = "" }) => `${id} ${name} ${email}`.toLowerCase().includes(text.toLowerCase()));
const resolved = (text: string) => resolvePerson(text, holding(text));

it("takes an id before whatever else holds it, whole e-mails and names whatever their case", () => {
  expect(resolved("u_1")).toEqual(["u_1"]);
  expect(resolved("PRIYA@acme.example")).toEqual(["u_1"]);
  expect(resolved("priya nair")).toEqual(["u_2"]);
});

it("takes everybody who has a part of a name, and all of one name", () => {
  expect(resolved("priya")).toEqual(["u_1", "u_2"]);
  const namesakes = ["a", "b"].map((id) => ({ id, name: "Kim Lee", count: 1 }));
  expect(resolvePerson("Kim Lee", [...namesakes, { id: "c", name: "Kim Leeson", count: 1 }])).toEqual(["a", "b"]);
});

it("takes what nobody has for an id, and nothing where too many could be meant", () => {
  expect(resolved("u_99")).toEqual(["u_99"]);
  const crowd = Array.from({ length: 6 }, (_, at) => ({ id: `u_${at}`, name: `Kim ${at}`, count: 1 }));
  expect(resolvePerson("kim", crowd)).toBeUndefined();
});
