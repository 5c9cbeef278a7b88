import { expect, it } from "vitest";
import { matchCommands } from "./command-match.ts";
import type { Command } from "./commands.ts";

const run = () => undefined;
const COMMANDS: readonly Command[] = [
  { group: "Go to", label: "Start Date", run },
  { group: "Go to", label: "Events", run },
  { group: "Do", label: "Stop following live", run },
  { group: "Saved views", label: "Änderungen für Étienne", run },
  { group: "Saved views", label: "Save current filters…", run },
  { group: "Review", label: "Earlier reviews…", run },
  { group: "Export", label: "Export NDJSON", run },
  { group: "Export", label: "Export CSV", run },
  { group: "Time zone", label: "Organization", detail: "Europe/Vienna", run },
  { group: "Settings", label: "API Keys", run },
];
const found = (query: string) => matchCommands(COMMANDS, query).map(({ label }) => label);

it("finds by the beginning of a name first, then of a word, then within", () => {
  expect(found("e")[0]).toBe("Events");
  expect(found("re").slice(0, 1)).toEqual(["Earlier reviews…"]);
  expect(found("st")).toEqual(["Start Date", "Stop following live"]);
  expect(found("export csv")).toEqual(["Export CSV"]);
});

it("finds by group and detail, and whatever case and accents", () => {
  expect(found("time")).toEqual(["Organization"]);
  expect(found("VIENNA")).toEqual(["Organization"]);
  expect(found("anderungen etienne")).toEqual(["Änderungen für Étienne"]);
});

it("finds by letters in their order only what nothing else tells", () => {
  expect(found("svcf")).toEqual(["Save current filters…"]);
  expect(found("ak")).toEqual(["API Keys"]);
  expect(found("sd")).toEqual(["Start Date"]);
  expect(found("zzz")).toEqual([]);
});

it("keeps groups together and in their order", () => {
  expect(matchCommands(COMMANDS, "")).toEqual(COMMANDS);
  const groups = matchCommands(COMMANDS, "e").map(({ group }) => group);
  expect(groups).toEqual([...new Set(groups)].flatMap((group) => groups.filter((one) => one === group)));
});
