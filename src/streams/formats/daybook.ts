import { damagedItem } from "../../read/index.ts";
import { type CheckpointSource, type EventSource, type Format, headerOf, type Proof } from "./format.ts";

/** The `type` of a line that is a checkpoint. No event has a `type`. */
export const CHECKPOINT_TYPE = "daybook.checkpoint";

/** Events as the API returns them, with the id of their log. */
export function daybookFormat(proof: Proof): Format {
  return {
    event(source) {
      const entry = proof === "entry" ? `,"entry":${entryText(source)}` : "";
      return `${source.json().slice(0, -1)},"log_id":"${source.logId}"${entry}}`;
    },
    shortened(source, shortened) {
      const { leafHash: leaf_hash, logId: log_id } = source;
      return JSON.stringify({ ...headerOf(source), leaf_hash, log_id, shortened });
    },
    damaged: ({ logId, organization, sequence }, damage) =>
      JSON.stringify({ ...damagedItem(organization, sequence, damage), log_id: logId }),
    checkpoint: (source) => JSON.stringify(checkpointOf(source)),
  };
}

/** Both lines word for word. `leaf_hash` is of the header, and the header names the hash of the body. */
function entryText({ header, body }: EventSource): string {
  return JSON.stringify({ header: textOf(header), body: body === undefined ? null : textOf(body) });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

export function checkpointOf({ logId, organization, size, time, note, subtrees }: CheckpointSource) {
  return {
    type: CHECKPOINT_TYPE,
    log_id: logId,
    tenant_id: organization,
    size,
    timestamp: new Date(time).toISOString(),
    checkpoint: note ?? null,
    subtrees,
  };
}
