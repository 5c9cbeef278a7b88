import { readFileSync } from "node:fs";
import { Command } from "commander";
import { expect, it } from "vitest";
import { addServerOptions } from "../../src/config.ts";

const page = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");

/** What the page says of a default that no flag has: what is used instead. */
const WITHOUT = [
  "none",
  "SQLite",
  "chDB",
  "the data directory",
  "the address that the server listens on",
  "`keys/signing.json`",
  "`keys/streams.key`",
  "`daybook@` and the host of `--url`",
];

it("the page of operating lists every option of the server, with its variable and its default", () => {
  const [table = ""] = /^\| flag \|[\s\S]*?\n\n/m.exec(page) ?? [];
  const rows = table
    .trim()
    .split("\n")
    .slice(2)
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, flag, variable, value]) => [flag, variable, WITHOUT.includes(value ?? "") ? "none" : value]);
  const options = addServerOptions(new Command()).options.map(
    ({ long, envVar, defaultValue, defaultValueDescription }) => {
      const value = defaultValueDescription ?? defaultValue;
      return [`\`${long}\``, `\`${envVar}\``, value === undefined || value === "none" ? "none" : `\`${value}\``];
    },
  );
  expect(rows.toSorted()).toEqual(options.toSorted());
});
