import type { Receipt } from "@daybook/sdk";

/** A receipt as JSON, in the order of its fields. None of its texts has a character that is escaped, so they are put together as they are. */
export function receiptJson(receipt: Receipt): string {
  const { id, log_id, sequence, leaf_hash, recorded_at, duplicate, warnings } = receipt;
  const known = `{"id":"${id}","log_id":"${log_id}","sequence":${sequence},"leaf_hash":"${leaf_hash}","recorded_at":"${recorded_at}","duplicate":${duplicate}`;
  return warnings === undefined ? `${known}}` : `${known},"warnings":${JSON.stringify(warnings)}}`;
}
