import { expect, it } from "vitest";
import { expiryInstant, firstExpiryDay } from "./expiry.ts";

const now = new Date("2026-11-22T23:30:00.000Z");

it("counts days from now, and takes a chosen day to its end", () => {
  expect(expiryInstant("30", "", now)).toBe("2026-12-22T23:30:00.000Z");
  expect(expiryInstant("date", "2026-11-23", now)).toBe("2026-11-23T23:59:59.999Z");
  expect(expiryInstant("never", "", now)).toBeUndefined();
});

it("refuses a day that does not exist, or is not ahead", () => {
  expect(firstExpiryDay(now)).toBe("2026-11-23");
  for (const day of ["", "2026-02-30", "2026-11-22", "2020-01-01"]) expect(expiryInstant("date", day, now)).toBeNull();
});
