import { uuidv7 } from "@daybook/sdk";
import { LARGEST } from "./dataset.ts";
import type { Daybook } from "./daybook.ts";

const EVENTS = 60;
const POLL_MS = 10;

interface Page {
  data: { id: string }[];
}

/**
 * Records events one after the other, and waits for each until a page shows it.
 * @param to takes them. @param from gives the pages: the same server, or another node of its log.
 * @returns milliseconds from each receipt.
 */
export async function untilVisible(to: Daybook, from: Daybook): Promise<number[]> {
  const waitsMs: number[] = [];
  for (let count = 0; count < EVENTS; count++) {
    const resource = { type: "probe", id: uuidv7() };
    const event = { id: resource.id, tenant_id: LARGEST, action: "probe.seen", actor: { type: "service" }, resource };
    await to.call("/v1/events", {
      method: "POST",
      body: JSON.stringify(event),
      headers: { "content-type": "application/json" },
    });
    const start = performance.now();
    const seen = async () => {
      const { data } = await from.read<Page>(`/v1/events?tenant_id=${LARGEST}&action=probe.seen&limit=1`);
      return data[0]?.id === event.id;
    };
    while (!(await seen())) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    waitsMs.push(performance.now() - start);
  }
  return waitsMs;
}
