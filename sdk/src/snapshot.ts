import type { EventInput } from "./event.ts";
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
  const stamp = "occurred_at" in event ? undefined : new Date(nowMs).toISOString();
  const json = toJson({ ...event, id, timestamp: event.timestamp ?? stamp });
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
    const json = JSON.stringify(value);
    // JSON.stringify turns NaN and Infinity into null without a word; only then is a second, slower pass needed.
    if (json.includes("null")) JSON.stringify(value, refuseNotFinite);
    return json;
  } catch (cause) {
    if (cause instanceof DaybookClientError) throw cause;
    throw new DaybookClientError("invalid_event", "The event cannot be written as JSON", { cause });
  }
}

function refuseNotFinite(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new DaybookClientError("invalid_event", `JSON has no ${value}, the value of “${key}”`);
  }
  return value;
}
