import { Gauge } from "prom-client";
import type { Metrics } from "../metrics.ts";
import type { StreamState } from "./contract.ts";
import type { Streams } from "./streams.ts";

/** The state of a running server's streams, each time metrics are read. */
export function measureStreams({ registry }: Metrics, streams: Streams): void {
  const measure = (name: string, help: string, value: (state: StreamState) => number) => {
    new Gauge({
      name,
      help,
      labelNames: ["organization", "stream"] as const,
      registers: [registry],
      collect() {
        this.reset();
        for (const { stored, state } of streams.all()) {
          this.set({ organization: stored.organization, stream: stored.id }, value(state));
        }
      },
    });
  };
  measure("daybook_stream_lag", "Events that a stream has not delivered yet.", ({ lag }) => lag);
  measure(
    "daybook_stream_delivered",
    "Events that a stream has delivered, repeats included.",
    ({ delivered }) => delivered,
  );
  measure(
    "daybook_stream_failing",
    "1 while a stream's receiver fails, or has asked not to be called again.",
    ({ health }) => (health === "failing" || health === "disabled" ? 1 : 0),
  );
}
