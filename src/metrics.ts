import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What an operator watches, in Prometheus' terms. Made once, by the composition root. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: "daybook_http_request_duration_seconds",
      help: "Time to answer, by method, route and status.",
      labelNames: ["method", "route", "status"] as const,
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    events: new Counter({
      name: "daybook_events_total",
      help: "Events received over HTTP, by what became of them: recorded, duplicate, or the error code.",
      labelNames: ["result"] as const,
      registers,
    }),
    refused: new Counter({
      name: "daybook_refused_total",
      help: "Requests refused before they were worked on, by why: overloaded, rate_limited.",
      labelNames: ["reason"] as const,
      registers,
    }),
    tornTails: new Counter({
      name: "daybook_log_torn_tails_total",
      help: "Incomplete last batches found and set aside at start.",
      registers,
    }),
    /** A gauge that is read when it is asked for. */
    gauge(name: string, help: string, read: () => number): void {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
