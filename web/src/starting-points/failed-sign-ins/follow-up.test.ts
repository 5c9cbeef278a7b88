import { describe, expect, it } from "vitest";
import { followUp, nextFilters } from "./follow-up.ts";

const at = (minute: number) => `2026-03-04T03:${String(minute).padStart(2, "0")}:00.000Z`;
const span = (first: number, last: number) => ({ first: at(first), last: at(last) });

describe("what followed failed attempts", () => {
  it("is nothing where nobody signed in, or only before", () => {
    expect(followUp(span(10, 20), undefined)).toEqual({ succeeded: false, at: undefined, from: at(20) });
    expect(followUp(span(10, 20), span(1, 9))).toEqual({ succeeded: false, at: undefined, from: at(20) });
  });

  it("is the first sign-in after the attempts, read from the last attempt on", () => {
    expect(followUp(span(10, 20), span(21, 40))).toEqual({ succeeded: true, at: at(21), from: at(20) });
  });

  it("is a sign-in between the attempts, read from there on", () => {
    expect(followUp(span(10, 20), span(15, 15))).toEqual({ succeeded: true, at: at(15), from: at(15) });
  });

  it("has no known time where people signed in from there before as well", () => {
    expect(followUp(span(10, 20), span(1, 40))).toEqual({ succeeded: true, at: undefined, from: at(20) });
  });
});

it("goes on with everything from that network up to the end of the range", () => {
  const filters = { action: ["auth.login"], outcome: ["failure"], range: "7d", q: "x" } as const;
  expect(nextFilters(filters, "203.0.113.0/24", at(9))).toEqual({ start: at(9), ip: ["203.0.113.0/24"] });
  expect(nextFilters({ start: "2026-03-01", end: "2026-03-31" }, "::/64", at(9))).toEqual({
    start: at(9),
    end: "2026-03-31",
    ip: ["::/64"],
  });
});
