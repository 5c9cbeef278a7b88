import type { StoredStream } from "../identity/index.ts";
import type { LogEntry, LogReader } from "../log/index.ts";
import { DeliveryError } from "./contract.ts";
import { openSink, recordsOf, type StreamSources } from "./open-delivery.ts";

/** What a receiver answered to one event. */
export interface TestResult {
  readonly delivered: boolean;
  /** Why not. */
  readonly error: string | undefined;
  readonly durationMs: number;
}

const TEST_MS_MAX = 35_000;

/**
 * Sends the event that records the test, at once, whatever the stream's filter and however far the stream is behind. The stream delivers the event
 * once more when its turn comes.
 *
 * @param from the log's end before the test was recorded.
 */
export async function testStream(stream: StoredStream, sources: StreamSources, from: number): Promise<TestResult> {
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  try {
    const sink = openSink(stream, sources);
    try {
      const entry = await newestOf(sources.log, stream.organization, from);
      const record = recordsOf(stream, sources, sink, false).of(entry);
      if (record === undefined) throw new Error("without a filter every entry is a record");
      const { id: streamId, organization } = stream;
      const { sequence } = entry;
      const id = `${streamId}-test-${sequence}`;
      const batch = { id, streamId, logId: sources.log.id, organization, first: sequence, last: sequence };
      await sink.send({ ...batch, records: [record] }, AbortSignal.timeout(TEST_MS_MAX));
      return { delivered: true, error: undefined, durationMs: durationMs() };
    } finally {
      await sink.close();
    }
  } catch (error) {
    const reason = error instanceof DeliveryError ? error.message : undefined;
    return { delivered: false, error: reason ?? "Something went wrong on our side.", durationMs: durationMs() };
  }
}

/** The organization's last durable entry. There are not many entries from that position on. */
async function newestOf(log: LogReader, organization: string, from: number): Promise<LogEntry> {
  for (let position = log.end - 1; position >= from; position--) {
    const entry = await log.entry(position);
    if (entry.organization === organization) return entry;
  }
  throw new Error("the event of the test is in the log");
}
