import { uuidv7 } from "@daybook/sdk";
import type { Measure } from "../bench.ts";
import { LARGEST } from "../dataset.ts";
import { atMost } from "../goals.ts";
import { percentile } from "../statistics.ts";

const EVENTS = 60;
const POLL_MS = 10;

interface Page {
  data: { id: string }[];
}

/** From the receipt of an event until a page shows it, with nothing else going on. */
export const visibility: Measure = async ({ daybook }) => {
  const waitsMs: number[] = [];
  for (let count = 0; count < EVENTS; count++) {
    const resource = { type: "probe", id: uuidv7() };
    const event = { id: resource.id, tenant_id: LARGEST, action: "probe.seen", actor: { type: "service" }, resource };
    await daybook.call("/v1/events", {
      method: "POST",
      body: JSON.stringify(event),
      headers: { "content-type": "application/json" },
    });
    const start = performance.now();
    const seen = async () => {
      const { data } = await daybook.read<Page>(`/v1/events?tenant_id=${LARGEST}&action=probe.seen&limit=1`);
      return data[0]?.id === event.id;
    };
    while (!(await seen())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    waitsMs.push(performance.now() - start);
  }
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
