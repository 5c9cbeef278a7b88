import { z } from "zod";
import { type Clock, pause } from "../../clock.ts";
import { DeliveryError, type OutgoingRecord } from "../contract.ts";
import { failureOf, type HttpSender } from "../http-sender.ts";
import { httpUrl, shortText } from "./fields.ts";
import { parsedAnswer } from "./json-answer.ts";
import { sinkKind } from "./sink-kind.ts";

const LIMITS = { records: 1_000, bytes: 900 * 1024, recordBytes: 900 * 1024, lingerMs: 0 };
/** How often, and how many times, to ask an indexer whether it has written a batch. */
const ACKNOWLEDGED_EVERY_MS = 500;
const ACKNOWLEDGED_ASKED_MAX = 120;

/** Codes that HEC answers with 400 although the token or the collector is at fault, not the events. */
const MISCONFIGURED: ReadonlySet<number> = new Set([7, 10, 11, 14]);

/**
 * Splunk's HTTP Event Collector. With `acknowledge`, a batch counts as delivered once the indexers have written it. The collector's own answer says
 * only that it was received.
 */
export const splunk = sinkKind({
  type: "splunk_hec",
  config: z.strictObject({
    url: httpUrl.meta({ description: "The URL of the collector, such as https://splunk.example.com:8088." }),
    index: shortText.optional(),
    source: shortText.default("daybook"),
    sourcetype: shortText.default("_json"),
    acknowledge: z
      .boolean("must be true or false")
      .default(false)
      .meta({ description: "The token has indexer acknowledgement." }),
  }),
  secrets: z.strictObject({ token: shortText }),
  formats: ["daybook", "ocsf", "cef"],
  open({ url, acknowledge, ...fields }, { token }, { http, clock, streamId, format }) {
    const base = url.replace(/\/+$/, "");
    const headers = {
      authorization: `Splunk ${token}`,
      "x-splunk-request-channel": streamId,
      "content-type": "application/json",
    };
    const collector = new Collector(http, clock, base, headers, streamId);
    return {
      limits: LIMITS,
      async send({ records }, signal) {
        const body = records.map((record) => lineOf(record, fields, format !== "cef")).join("\n");
        const ackId = await collector.post(body, signal);
        if (!acknowledge) return;
        if (ackId === undefined) throw new DeliveryError("unavailable", "The token has no indexer acknowledgement.");
        await collector.acknowledged(ackId, signal);
      },
      close: () => http.close(),
    };
  },
});

function lineOf({ text, time }: OutgoingRecord, fields: object, isJson: boolean): string {
  const envelope = JSON.stringify({ time: time / 1000, host: "daybook", ...fields });
  return `${envelope.slice(0, -1)},"event":${isJson ? text : JSON.stringify(text)}}`;
}

class Collector {
  private readonly http: HttpSender;
  private readonly clock: Clock;
  private readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly channel: string;

  constructor(http: HttpSender, clock: Clock, url: string, headers: Record<string, string>, channel: string) {
    this.http = http;
    this.clock = clock;
    this.url = url;
    this.headers = headers;
    this.channel = channel;
  }

  /** @returns the id to ask about, if the token has acknowledgement. */
  async post(body: string, signal: AbortSignal): Promise<number | undefined> {
    const url = `${this.url}/services/collector/event`;
    const answer = await this.http.send({ url, headers: this.headers, body, gzip: true }, signal);
    const { code, ackId } = parsedAnswer(hecAnswer, answer.body) ?? {};
    if (answer.status === 200 && code === 0) return ackId;
    if (answer.status === 200 && code === undefined) {
      throw new DeliveryError("unavailable", "The receiver answered 200, but not as a Splunk collector does.");
    }
    const failure = failureOf(answer, Date.now());
    const isOurs = failure.failure !== "refused" || (code !== undefined && MISCONFIGURED.has(code));
    throw isOurs ? new DeliveryError("unavailable", failure.message, { retryAfterMs: failure.retryAfterMs }) : failure;
  }

  async acknowledged(ackId: number, signal: AbortSignal): Promise<void> {
    const url = `${this.url}/services/collector/ack?channel=${this.channel}`;
    const body = JSON.stringify({ acks: [ackId] });
    for (let asked = 0; asked < ACKNOWLEDGED_ASKED_MAX; asked++) {
      const { body: text } = await this.http.deliver({ url, headers: this.headers, body }, signal);
      if (parsedAnswer(hecAcks, text)?.acks[String(ackId)] === true) return;
      await pause(this.clock, ACKNOWLEDGED_EVERY_MS, signal);
      signal.throwIfAborted();
    }
    throw new DeliveryError("unavailable", "The indexers did not acknowledge within a minute.");
  }
}

const hecAnswer = z.object({ code: z.number().optional(), ackId: z.number().optional() });
const hecAcks = z.object({ acks: z.record(z.string(), z.boolean()) });
