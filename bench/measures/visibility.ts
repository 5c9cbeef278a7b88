import type { Measure } from "../bench.ts";
import { atMost } from "../goals.ts";
import { percentile } from "../statistics.ts";
import { untilVisible } from "../visible.ts";

/** From the receipt of an event until a page shows it, with nothing else going on. */
export const visibility: Measure = async ({ daybook }) => {
  const waitsMs = await untilVisible(daybook, daybook);
  return [
    { what: "from receipt to visible in search, p50", unit: "ms", daybook: percentile(waitsMs, 0.5) },
    {
      what: "from receipt to visible in search, p99",
      unit: "ms",
      daybook: percentile(waitsMs, 0.99),
      goal: atMost(1_000),
    },
  ];
};
