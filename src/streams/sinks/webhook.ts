import { z } from "zod";
import type { Batch } from "../contract.ts";
import { httpUrl } from "./fields.ts";
import { sinkKind } from "./sink-kind.ts";
import { signedHeaders } from "./webhook-signatures.ts";

const LIMITS = { records: 1_000, bytes: 1024 * 1024, recordBytes: 1024 * 1024, lingerMs: 0 };

/** The type of every message, as Standard Webhooks calls it. */
const MESSAGE_TYPE = "audit_log.events";

/**
 * Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): a signed POST for each batch, with the same `webhook-id` whenever it is sent again. A receiver
 * that answers 410 is not called again.
 */
export const webhook = sinkKind({
  type: "webhook",
  config: z.strictObject({ url: httpUrl }),
  secrets: z.strictObject({}),
  formats: ["daybook", "ocsf"],
  signs: true,
  open({ url }, _, { http, signing }) {
    return {
      limits: LIMITS,
      async send(batch, signal) {
        const body = messageOf(batch);
        const headers = {
          "content-type": "application/json",
          ...signedHeaders(signing, { id: batch.id, body, nowMs: Date.now() }),
        };
        await http.deliver({ url, headers, body }, signal);
      },
      close: () => http.close(),
    };
  },
});

/** The records are JSON already. */
function messageOf({ streamId, logId, organization, first, last, records }: Batch): string {
  const timestamp = new Date(records.at(-1)?.time ?? Date.now()).toISOString();
  const range = { stream_id: streamId, log_id: logId, tenant_id: organization ?? null, first, last };
  const data = `${JSON.stringify(range).slice(0, -1)},"records":[${records.map(({ text }) => text).join(",")}]}`;
  return `{"type":"${MESSAGE_TYPE}","timestamp":"${timestamp}","data":${data}}`;
}
