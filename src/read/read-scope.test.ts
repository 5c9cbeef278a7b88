import { formatPosition } from "@daybook/sdk";
import { describe, expect, test } from "vitest";
import { parseParameters } from "../http/parameters.ts";
import type { LogReader } from "../log/contract.ts";
import { pageParameters } from "../query/parameters.ts";
import { authorizedTenant } from "../query/tenant.ts";
import { Positions } from "./positions.ts";
import { queryIn, type ReadScope, resolvePage } from "./read-scope.ts";

const LOG = "6a1cf0f5-98f6-4a3e-8c4a-9a9a3d1a3f10";
const EARLIER = "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21";
const NOW = Date.UTC(2026, 10, 22, 9);
const DAY = 86_400_000;
const tenant = authorizedTenant("acme");

/** A log of 1,000 entries, every tenth of them of the organization; 900 can be searched, 500 were recorded before it was restored. */
function scopeOf(by: "position" | "sequence", { indexed = 900, logId = LOG, now = NOW } = {}): ReadScope {
  const log = { id: logId, end: 1000, size: () => 100, earlier: [{ id: EARLIER, entries: 500 }] };
  const positions = new Positions(
    { by, tenant },
    {
      log: log as Partial<LogReader> as LogReader,
      search: { position: indexed, size: () => indexed / 10 },
      tree: { logPosition: (_, sequence) => sequence * 10 },
    },
  );
  return { tenant, within: undefined, positions, now };
}

const parse = (search: string) => parseParameters(pageParameters, new URLSearchParams(search));
const at = (number: number, logId = LOG) => formatPosition({ logId, number });
const resolved = (search: string, by: "position" | "sequence" = "sequence") => queryIn(parse(search), scopeOf(by));
const problem = (code: string, message?: string) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringContaining(message) }) });

describe("a position", () => {
  test("is the newest that can be searched, where none is given", () => {
    expect(resolved("")).toMatchObject({ asOf: { by: "sequence", value: 89 }, since: undefined });
    expect(resolved("", "position").asOf).toEqual({ by: "position", value: 899 });
  });

  test("counts the organization's entries, or the log's for a key of the platform", () => {
    expect(resolved(`as_of=${at(89)}&since=${at(12)}`)).toMatchObject({
      asOf: { by: "sequence", value: 89 },
      since: { by: "sequence", value: 12 },
    });
    expect(resolved(`as_of=${at(899)}`, "position").asOf).toEqual({ by: "position", value: 899 });
  });

  test("is refused beyond the log's end, each parameter by its name", () => {
    const refused = (search: string, by: "position" | "sequence") => {
      try {
        resolved(search, by);
      } catch (error) {
        return error;
      }
      throw new Error("nothing was refused");
    };
    const pointers = [{ pointer: "as_of" }, { pointer: "since" }];
    expect(refused(`as_of=${at(100)}&since=${at(100)}`, "sequence")).toMatchObject({ errors: pointers });
    expect(refused(`as_of=${at(1000)}&since=7`, "position")).toMatchObject({ errors: pointers });
    const all = refused(`as_of=${at(1000)}&start=2026-02-01&end=2026-01-01`, "position");
    expect(all).toMatchObject({ errors: [{ pointer: "as_of" }, { pointer: "start" }] });
  });

  test("that cannot be searched yet is worth a retry", () => {
    expect(() => resolved(`as_of=${at(95)}`)).toThrow(problem("search_unavailable"));
    expect(() => resolved(`as_of=${at(950)}`, "position")).toThrow(problem("search_unavailable"));
  });

  test("of the log before it was restored is the same place, as far as it was restored", () => {
    expect(resolved(`as_of=${at(49, EARLIER)}`).asOf.value).toBe(49);
    expect(resolved(`as_of=${at(-1, EARLIER)}`).asOf.value).toBe(-1);
    expect(() => resolved(`as_of=${at(50, EARLIER)}`)).toThrow(problem("invalid_parameter", "not restored"));
    expect(() => resolved(`since=${at(5000, EARLIER)}`)).toThrow(problem("invalid_parameter", "not restored"));
    expect(resolved(`as_of=${at(499, EARLIER)}`, "position").asOf.value).toBe(499);
    expect(() => resolved(`as_of=${at(500, EARLIER)}`, "position")).toThrow(problem("invalid_parameter"));
  });

  test("of another log is refused", () => {
    const other = "00000000-0000-4000-8000-000000000000";
    expect(() => resolved(`as_of=${at(1, other)}`)).toThrow(problem("invalid_parameter", "another log"));
  });
});

describe("a page's cursor", () => {
  const first = resolvePage(parse("q=x"), scopeOf("sequence"));
  const cursor = first.cursorAfter({ timestamp: NOW - DAY, sequence: 7 });
  const next = (scope: ReadScope, search = "q=x") => resolvePage(parse(`${search}&cursor=${cursor}`), scope);

  test("fixes its range and its position, and takes another limit", () => {
    const second = next(scopeOf("sequence", { indexed: 1000, now: NOW + DAY }), "limit=9&q=x");
    expect(second.query).toEqual({ ...first.query, now: NOW + DAY });
    expect(second.after).toEqual({ timestamp: NOW - DAY, sequence: 7 });
  });

  test("waits while search is rebuilt and has not come as far", () => {
    expect(() => next(scopeOf("sequence", { indexed: 10 }))).toThrow(problem("search_unavailable"));
  });

  test("is refused by another log, other filters and a reader who counts otherwise", () => {
    const elsewhere = scopeOf("sequence", { logId: "00000000-0000-4000-8000-000000000000" });
    expect(() => next(elsewhere)).toThrow(problem("invalid_cursor", "another log"));
    expect(() => next(scopeOf("position"))).toThrow(problem("invalid_cursor"));
    expect(() => next(scopeOf("sequence"), "q=y")).toThrow(problem("invalid_cursor"));
    const ascending = { ...parse(`q=x&cursor=${cursor}`), order: "asc" as const };
    expect(() => resolvePage(ascending, scopeOf("sequence"))).toThrow(problem("invalid_cursor"));
  });

  test("that names what the log does not hold is refused", () => {
    const [version, , ...rest] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    for (const asOf of [at(100), at(99, EARLIER), "7", 7, null]) {
      const forged = Buffer.from(JSON.stringify([version, asOf, ...rest])).toString("base64url");
      const parameters = parse(`q=x&cursor=${forged}`);
      expect(() => resolvePage(parameters, scopeOf("sequence"))).toThrow(problem("invalid_cursor"));
    }
  });
});
