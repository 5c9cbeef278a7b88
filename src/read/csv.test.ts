import { expect, it } from "vitest";
import { decodeEntry, encodeEntry } from "../event/codec.ts";
import type { ValidEvent } from "../event/validate.ts";
import { csvRow, damagedRow } from "./csv.ts";
import { CSV_COLUMNS } from "./csv-columns.ts";

function row(fields: Partial<ValidEvent>, raw = false): string {
  const event: ValidEvent = { action: "a.b", actor: { type: "user" }, resource: { type: "r" }, ...fields };
  const place = { id: "e", organization: "acme", source: { type: "daybook" as const }, sequence: 7, recordedAt: 0 };
  const { header, body } = encodeEntry(event, place);
  return csvRow(decodeEntry(header, body), "ff", raw);
}

const description = (text: string, raw?: boolean) => {
  const at = CSV_COLUMNS.indexOf("description");
  const cells = row({ description: text }, raw);
  return cells
    .split(",")
    .slice(at, cells.split(",").length - (CSV_COLUMNS.length - at) + 1)
    .join(",");
};

it("has a cell for each column, and ends with CRLF", () => {
  expect(row({}).endsWith("\r\n")).toBe(true);
  expect(row({}).trimEnd().split(",")).toHaveLength(CSV_COLUMNS.length);
});

it.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ["one\ntwo", '"one\ntwo"'],
  ["", '""'],
  ["back\\slash \u0001", "back\\slash \u0001"],
])("writes %j as %j", (text, cell) => {
  expect(description(text)).toBe(cell);
});

it.each(["=1", "+1", "-1", "@x", "\tx", "\0x", "＝1", "＋1", "－1", "＠x"])(
  "guards %j, unless raw is asked for",
  (text) => {
    expect(description(text)).toBe(`'${text}`);
    expect(description(text, true)).toBe(text);
  },
);

it.each(["\rx", "\nx"])("guards %j inside quotes", (text) => {
  expect(description(text)).toBe(`"'${text}"`);
  expect(description(text, true)).toBe(`"${text}"`);
});

it("keeps JSON as it is, whatever it begins with", () => {
  expect(row({ changes: '[{"path":"=x"}]' })).toContain('"[{""path"":""=x""}]"');
});

it("names who was acted for", () => {
  const actor = { type: "agent" as const, id: "bot", on_behalf_of: { type: "user" as const, id: "ada", name: "Ada" } };
  expect(row({ actor })).toContain("agent,bot,,,,user,ada,Ada,,,");
});

it("says in a row of its own what is damaged", () => {
  const cells = damagedRow({ tenant_id: "acme", sequence: 7, reason: "header" }).trimEnd().split(",");
  expect(cells).toHaveLength(CSV_COLUMNS.length);
  expect([cells[CSV_COLUMNS.indexOf("sequence")], cells.at(-1)]).toEqual(["7", "header"]);
});
