import { formatPosition } from "@daybook/sdk";
import { describe, expect, test } from "vitest";
import { parseParameters } from "../http/parameters.ts";
import { pageParameters } from "../query/parameters.ts";
import { EARLIER, LOG, scopeOf } from "./reader-positions.fixture.ts";
import { resolveQuery } from "./resolve.ts";

const parse = (search: string) => parseParameters(pageParameters, new URLSearchParams(search));
const at = (number: number, logId = LOG) => formatPosition({ logId, number });
const resolved = (search: string, by: "position" | "sequence" = "sequence") => resolveQuery(parse(search), scopeOf(by));
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
