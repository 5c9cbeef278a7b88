import type { Outcome } from "@daybook/sdk";
import { z } from "zod";
import { VERSION } from "../../package-info.ts";
import { DeliveryError, type OutgoingRecord } from "../contract.ts";
import { headers as headerFields, httpUrl } from "./fields.ts";
import { parsedAnswer } from "./json-answer.ts";
import { sinkKind } from "./sink-kind.ts";

const LIMITS = { records: 1_000, bytes: 2 * 1024 * 1024, recordBytes: 1024 * 1024, lingerMs: 0 };

/** `SeverityNumber` of the log data model: 9 INFO, 13 WARN. */
const SEVERITY: Readonly<Record<Outcome, readonly [number: number, text: string]>> = {
  success: [9, "INFO"],
  unknown: [9, "INFO"],
  failure: [13, "WARN"],
  denied: [13, "WARN"],
};

/** OpenTelemetry logs over HTTP, in the JSON encoding (OTLP 1.x), for collectors and other receivers of OTLP. */
export const otlp = sinkKind({
  type: "otlp",
  config: z.strictObject({
    url: httpUrl.meta({ description: "The URL for logs, such as https://collector.example.com:4318/v1/logs." }),
  }),
  secrets: z.strictObject({ headers: headerFields.default({}) }),
  formats: ["daybook", "ocsf"],
  open({ url }, { headers }, { http }) {
    return {
      limits: LIMITS,
      async send({ records }, signal) {
        const body = JSON.stringify({
          resourceLogs: [
            {
              resource: { attributes: [attribute("service.name", "daybook")] },
              scopeLogs: [{ scope: { name: "daybook", version: VERSION }, logRecords: records.map(logRecordOf) }],
            },
          ],
        });
        const posting = { url, headers: { ...headers, "content-type": "application/json" }, body, gzip: true };
        requireAll((await http.deliver(posting, signal)).body);
      },
      close: () => http.close(),
    };
  },
});

function logRecordOf({ kind, organization, sequence, leafHash, time, text, event }: OutgoingRecord) {
  const [severityNumber, severityText] = SEVERITY[event?.outcome ?? "unknown"];
  const traceId = event?.context?.trace_id;
  return {
    timeUnixNano: nanoseconds(event === undefined ? time : Date.parse(event.timestamp)),
    observedTimeUnixNano: nanoseconds(time),
    severityNumber,
    severityText,
    eventName: event?.action ?? `daybook.${kind}`,
    body: { stringValue: text },
    attributes: [
      attribute("daybook.organization", organization),
      attribute("daybook.sequence", String(sequence)),
      ...(leafHash === undefined ? [] : [attribute("daybook.leaf_hash", leafHash)]),
      ...(event?.actor.id === undefined ? [] : [attribute("user.id", event.actor.id)]),
      ...(event?.context?.ip === undefined ? [] : [attribute("client.address", event.context.ip)]),
    ],
    // Anything else is not a trace id, and the receiver would refuse the whole request.
    ...(traceId !== undefined && /^[0-9a-f]{32}$/.test(traceId) ? { traceId } : {}),
  };
}

const nanoseconds = (ms: number) => `${ms}000000`;

function attribute(key: string, value: string) {
  return { key, value: { stringValue: value } };
}

const exported = z.object({
  partialSuccess: z
    .object({
      rejectedLogRecords: z.union([z.string(), z.number()]).optional(),
      errorMessage: z.string().optional(),
    })
    .nullish(),
});

/** @throws DeliveryError if some records were rejected (the answer does not say which), and for the page of a proxy. */
function requireAll(answer: string): void {
  const parsed = parsedAnswer(exported, answer === "" ? "{}" : answer);
  if (parsed === undefined) throw new DeliveryError("unavailable", "The receiver did not answer as OTLP does.");
  const { rejectedLogRecords = 0, errorMessage = "" } = parsed.partialSuccess ?? {};
  if (Number(rejectedLogRecords) === 0) return;
  throw new DeliveryError(
    "refused",
    `The receiver rejected ${rejectedLogRecords} records: ${errorMessage.slice(0, 200)}`,
  );
}
