import { expect, it } from "vitest";
import { readViewQuery, sameView, searchOf, viewQuery } from "./view-query.ts";

it("keeps filters and zone, and reads back what it keeps", () => {
  const filters = { action: ["auth.*", "-auth.logout"], range: "7d", q: "a & b=ü" } as const;
  const query = viewQuery(filters, "Europe/Paris");
  expect(query).toBe("range=7d&action=auth.*&action=-auth.logout&q=a+%26+b%3D%C3%BC&tz=Europe%2FParis");
  expect(readViewQuery(query)).toEqual({ filters, tz: "Europe/Paris" });
  expect(viewQuery({}, undefined)).toBe("");
});

it("knows the same filters in another order, and beside an organization or an open event", () => {
  expect(sameView("q=a&range=7d", "range=7d&q=a&org=acme&event=e_1")).toBe(true);
  expect(sameView("q=a", "q=b")).toBe(false);
  expect(sameView("", "range=30d")).toBe(true);
  expect(sameView("q=a", "q=a&tz=Europe/Paris")).toBe(false);
});

it("opens with what can no longer be meant, for the page to say so", () => {
  expect(searchOf("as_of=41999&q=a&ip=10.0.0.1&ip=x")).toEqual({ as_of: "41999", q: "a", ip: ["10.0.0.1", "x"] });
  expect(searchOf("range=7d&since=12")).toEqual({ range: "7d", since: "12" });
});

it("leaves out what cannot be meant", () => {
  expect(readViewQuery("start=yesterday&q=a")).toEqual({ filters: { q: "a" }, tz: undefined });
});
