import { expect, it } from "vitest";
import { loggedEvent } from "../event/event.fixture.ts";
import { fieldHistories } from "./field-histories.ts";

const event = (id: string, changes?: unknown) =>
  loggedEvent({ id, texts: changes === undefined ? {} : { changes: JSON.stringify(changes) } });

it("puts the changes of one field one after the other, and lists apart what says no values", () => {
  const { fields, withoutValues } = fieldHistories([
    event("1", [{ path: "days", before: 14, after: 30 }]),
    event("2", [
      { path: "owner", after: "Ada" },
      { path: "days", before: 30, after: 60 },
    ]),
    event("3"),
  ]);
  const lines = fields.map(({ path, changes }) => [
    path,
    ...changes.map(({ event: { id }, before, after }) => `${id}: ${before?.text} ${after?.text}`),
  ]);
  expect(lines).toEqual([
    ["days", "1: 14 30", "2: 30 60"],
    ["owner", '2: undefined "Ada"'],
  ]);
  expect(withoutValues.map(({ id }) => id)).toEqual(["3"]);
});

it("keeps fields apart whatever they are called", () => {
  const changes = ["__proto__", "constructor", ""].map((path) => ({ path, after: 1 }));
  expect(fieldHistories([event("1", changes)]).fields.map(({ path }) => path)).toEqual([
    "__proto__",
    "constructor",
    "",
  ]);
});
