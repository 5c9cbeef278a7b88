import { z } from "zod";
import { DeliveryError, type OutgoingRecord } from "../contract.ts";
import { httpUrl, shortText } from "./fields.ts";
import { parsedAnswer } from "./json-answer.ts";
import { sinkKind } from "./sink-kind.ts";

const LIMITS = { records: 1_000, bytes: 5 * 1024 * 1024, recordBytes: 1024 * 1024, lingerMs: 0 };
/** Asks for the failures only: the whole answer is longer than the request. */
const ANSWERED = "filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason";

/** A document with this id exists: it was sent before. */
const CONFLICT = 409;

/**
 * Elasticsearch and OpenSearch by `_bulk`. Each event is created under its id, so that a repeated event is not stored twice. It works with a data stream, too.
 */
export const elasticsearch = sinkKind({
  type: "elasticsearch",
  config: z.strictObject({
    url: httpUrl,
    index: shortText.regex(/^[^A-Z\s\\/*?"<>|,#:]+$/, "must be the name of an index or data stream"),
    username: shortText.optional().meta({ description: "With a password instead of an API key." }),
  }),
  secrets: z.strictObject({ api_key: shortText.optional(), password: shortText.optional() }),
  formats: ["daybook", "ocsf"],
  open({ url, index, username }, { api_key, password }, { http }) {
    const authorization =
      api_key !== undefined
        ? { authorization: `ApiKey ${api_key}` }
        : username === undefined
          ? {}
          : { authorization: `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}` };
    const headers = { "content-type": "application/x-ndjson", ...authorization };
    const address = `${url.replace(/\/+$/, "")}/_bulk?${ANSWERED}`;
    return {
      limits: LIMITS,
      async send({ records }, signal) {
        const body = records.map((record) => linesOf(record, index)).join("");
        const { body: answer } = await http.deliver({ url: address, headers, body, gzip: true }, signal);
        requireStored(answer);
      },
      close: () => http.close(),
    };
  },
});

function linesOf({ organization, id, time, text }: OutgoingRecord, index: string): string {
  const create = JSON.stringify({ create: { _index: index, _id: `${organization}/${id}` } });
  return `${create}\n{"@timestamp":"${new Date(time).toISOString()}",${text.slice(1)}\n`;
}

const bulkAnswer = z.object({
  errors: z.boolean(),
  items: z
    .array(
      z.object({
        create: z.object({
          status: z.number(),
          error: z.object({ type: z.string(), reason: z.string().optional() }).optional(),
        }),
      }),
    )
    .optional(),
});

/** @throws DeliveryError for the first item that was not stored. */
function requireStored(answer: string): void {
  const parsed = parsedAnswer(bulkAnswer, answer);
  if (parsed === undefined) throw new DeliveryError("unavailable", "The receiver did not answer as _bulk does.");
  if (!parsed.errors) return;
  for (const { create } of parsed.items ?? []) {
    if (create.status < 300 || create.status === CONFLICT) continue;
    const message = `The index answered ${create.status}: ${create.error?.type}: ${create.error?.reason ?? ""}`;
    throw new DeliveryError(create.status === 400 ? "refused" : "unavailable", message.slice(0, 300));
  }
}
