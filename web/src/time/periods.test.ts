import { expect, it } from "vitest";
import { periods } from "./periods.ts";

it("offers whole months, quarters and years, at their turns too", () => {
  const spans = (today: string) =>
    Object.fromEntries(periods(today).map(({ name, start, end }) => [name, `${start} ${end}`]));
  expect(spans("2026-11-23")).toEqual({
    "This month": "2026-11-01 2026-11-23",
    "Last month": "2026-10-01 2026-10-31",
    "Last quarter": "2026-07-01 2026-09-30",
    "Last year": "2025-01-01 2025-12-31",
  });
  expect(spans("2024-03-01")).toEqual({
    "This month": "2024-03-01 2024-03-01",
    "Last month": "2024-02-01 2024-02-29",
    "Last quarter": "2023-10-01 2023-12-31",
    "Last year": "2023-01-01 2023-12-31",
  });
  expect(spans("2026-01-15")["Last month"]).toBe("2025-12-01 2025-12-31");
});
