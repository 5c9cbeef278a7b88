import { formatPosition } from "@daybook/sdk";
import { describe, expect, test } from "vitest";
import { parseParameters } from "../http/parameters.ts";
import { pageParameters } from "../query/parameters.ts";
import { resolvePage } from "./cursor.ts";
import { EARLIER, LOG, NOW, scopeOf } from "./reader-positions.fixture.ts";
import type { ReadScope } from "./resolve.ts";

const DAY = 86_400_000;
const parse = (search: string) => parseParameters(pageParameters, new URLSearchParams(search));
const at = (number: number, logId = LOG) => formatPosition({ logId, number });
const problem = (code: string, message?: string) =>
  expect.objectContaining({ code, ...(message && { message: expect.stringContaining(message) }) });

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
