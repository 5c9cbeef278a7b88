import type { EventInput, Receipt } from "@daybook/sdk";
import type { TestServer } from "../support/server.ts";

/** A time range that holds every event of these tests and whatever Daybook records itself. */
export const RANGE = "start=2024-01-01&end=2099-12-31";

/** Events of several months, each other than its neighbours; the same for the same numbers. */
export function events(count: number, from = 0): (EventInput & { id: string })[] {
  return Array.from({ length: count }, (_, index) => {
    const n = from + index;
    return {
      id: `event-${n}`,
      timestamp: new Date(Date.UTC(2025, 0, 1) + n * 9 * 3_600_000).toISOString(),
      action: ["auth.login", "api_key.create", "db.update"][n % 3] as string,
      outcome: n % 7 === 0 ? "failure" : "success",
      actor: { type: "user", id: `user_${n % 11}`, name: "Ada Łukasiewicz", role: n % 2 ? "admin" : "member" },
      resource: { type: "channel", id: `channel_${n % 5}` },
      description: `Event ${n}, of several`,
      context: { ip: `203.0.113.${n % 256}` },
      metadata: { n, "2": "kept in order", "1": "as sent" },
    };
  });
}

/** Records events and wants them all acknowledged. */
export async function record(
  server: TestServer,
  key: string,
  batch: readonly EventInput[],
): Promise<readonly Receipt[]> {
  const response = await server.post(key, batch);
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${response.status} ${text.slice(-500)}`);
  return (JSON.parse(text) as { results: Receipt[] }).results;
}
