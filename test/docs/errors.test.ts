import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { ERRORS } from "../../src/errors.ts";

const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");

it("the page of errors lists every error there is, in the catalogue's order, with its status and whether to retry", () => {
  const rows = page
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const catalogue = Object.entries(ERRORS).map(([code, { status, retryable }]) => [
    `\`${code}\``,
    String(status),
    retryable ? "yes" : "no",
  ]);
  expect(rows.map(([, code, status, retryable]) => [code, status, retryable])).toEqual(catalogue);
  for (const row of rows) {
    expect(row).toHaveLength(7);
    for (const cell of row.slice(1, -1)) expect(cell, row[1]).not.toBe("");
  }
});
