/** What receivers of each type understand and answer, written from their documents. */

interface Asked {
  readonly url: string;
  readonly body: string;
  readonly refuses: (text: string) => boolean;
  /** Ids of documents that an index has. */
  readonly documents: Set<string>;
}

interface Answered {
  /** Records that are stored now. */
  readonly taken: readonly string[];
  /** Default: 200. */
  readonly status?: number;
  readonly answer?: string;
}

type Protocol = (asked: Asked) => Answered;

const REFUSED = { taken: [], status: 400, answer: "refused" };

/** All of a request or nothing. */
function whole({ refuses }: Asked, texts: readonly string[], accepted: Omit<Answered, "taken"> = {}): Answered {
  return texts.some(refuses) ? REFUSED : { taken: texts, ...accepted };
}

const linesOf = (body: string) => body.trim().split("\n");

const webhook: Protocol = (asked) => {
  const { type, data } = JSON.parse(asked.body) as { type: string; data: { records: unknown[] } };
  if (type !== "audit_log.events") return REFUSED;
  return whole(
    asked,
    data.records.map((record) => JSON.stringify(record)),
  );
};

/** HTTP Event Collector: events one after the other; with indexer acknowledgement an id, which is asked for later. */
const splunk: Protocol = (asked) => {
  if (asked.url.includes("/services/collector/ack?channel=")) {
    const { acks } = JSON.parse(asked.body) as { acks: number[] };
    return { taken: [], answer: JSON.stringify({ acks: Object.fromEntries(acks.map((id) => [id, true])) }) };
  }
  const events = linesOf(asked.body).map((line) => JSON.parse(line) as { time: number; event: object });
  const known = asked.url.endsWith("/services/collector/event") && events.every(({ time }) => time > 1e9);
  if (!known) return REFUSED;
  const texts = events.map(({ event }) => JSON.stringify(event));
  const { taken, ...refused } = whole(asked, texts, { answer: JSON.stringify({ text: "Success", code: 0, ackId: 1 }) });
  return taken.length > 0
    ? { taken, ...refused }
    : { taken, status: 400, answer: JSON.stringify({ text: "Invalid data format", code: 6 }) };
};

const datadog: Protocol = (asked) => {
  const entries = JSON.parse(asked.body) as { ddsource: string; message: string }[];
  return whole(
    asked,
    entries.map(({ message }) => message),
    { status: 202, answer: "{}" },
  );
};

/** ExportLogsServiceRequest: what is rejected is counted, the rest is taken. */
const otlp: Protocol = ({ body, refuses }) => {
  const { resourceLogs } = JSON.parse(body) as {
    resourceLogs: { scopeLogs: { logRecords: { timeUnixNano: string; body: { stringValue: string } }[] }[] }[];
  };
  const records = resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
  const texts = records.filter(({ timeUnixNano }) => /^\d{19}$/.test(timeUnixNano)).map((one) => one.body.stringValue);
  const taken = texts.filter((text) => !refuses(text));
  const rejected = records.length - taken.length;
  const partialSuccess = { rejectedLogRecords: String(rejected), errorMessage: "refused" };
  return { taken, answer: JSON.stringify(rejected === 0 ? {} : { partialSuccess }) };
};

/** `_bulk`: each document is created, refused, or there already. */
const elasticsearch: Protocol = ({ body, refuses, documents }) => {
  const lines = linesOf(body);
  const taken: string[] = [];
  const items = lines.flatMap((line, at) => {
    if (at % 2 === 1) return [];
    const { _id } = (JSON.parse(line) as { create: { _id: string } }).create;
    const text = lines[at + 1] ?? "";
    if (documents.has(_id)) return [{ create: { status: 409, error: { type: "version_conflict_engine_exception" } } }];
    if (refuses(text)) return [{ create: { status: 400, error: { type: "document_parsing_exception" } } }];
    documents.add(_id);
    taken.push(text);
    return [{ create: { status: 201 } }];
  });
  return { taken, answer: JSON.stringify({ errors: items.some(({ create }) => create.status > 299), items }) };
};

const http: Protocol = (asked) => whole(asked, linesOf(asked.body));

/** By the first part of the address. */
export const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  webhook,
  splunk_hec: splunk,
  datadog,
  otlp,
  elasticsearch,
  http,
};
