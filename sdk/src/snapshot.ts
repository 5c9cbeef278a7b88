import type { EventInput } from "./event.ts";
import { jsonText, Unwritable } from "./json-text.ts";
import { DaybookClientError } from "./problem.ts";
import { uuidv7 } from "./uuid.ts";

/** The server takes no entry above this, so a longer event need not be sent. */
const EVENT_BYTES_MAX = 256 * 1024;

/** An event as it was when it was recorded: what the caller does to its object afterwards changes nothing. */
export interface Snapshot {
  readonly id: string;
  readonly json: string;
  /** UTF-8 bytes of `json`. */
  readonly bytes: number;
}

const encoder = new TextEncoder();

/**
 * Gives the event an id and a time where it has none, and writes it down.
 *
 * @throws DaybookClientError `invalid_event` for what JSON cannot hold without loss.
 */
export function takeSnapshot(event: EventInput, nowMs: number): Snapshot {
  if (typeof event !== "object" || event === null || Array.isArray(event)) {
    throw new DaybookClientError("invalid_event", "An event is an object");
  }
  const id = event.id ?? uuidv7(nowMs);
  // `occurred_at` is another name of `timestamp` that the server takes; two different times would be refused.
  const { timestamp, occurred_at } = event as EventInput & { occurred_at?: unknown };
  const stamp = occurred_at === undefined ? new Date(nowMs).toISOString() : undefined;
  const json = toJson({ ...event, id, timestamp: timestamp ?? stamp });
  return { id: String(id), json, bytes: encoder.encode(json).byteLength };
}

/** Why a snapshot need not be sent, if so. */
export function tooLarge({ bytes }: Snapshot): DaybookClientError | undefined {
  if (bytes <= EVENT_BYTES_MAX) return undefined;
  const message = `An event has at most ${EVENT_BYTES_MAX} bytes as JSON, this one ${bytes}`;
  return new DaybookClientError("event_too_large", message);
}

function toJson(value: object): string {
  try {
    return jsonText(value);
  } catch (cause) {
    if (!(cause instanceof Unwritable)) {
      throw new DaybookClientError("invalid_event", "The event cannot be written as JSON", { cause });
    }
    const { pointer, message } = cause;
    throw new DaybookClientError("invalid_event", `${pointer === "" ? "The event" : pointer} ${message}`, {
      errors: [{ pointer, message }],
    });
  }
}
