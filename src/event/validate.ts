import type { FieldError, Warning } from "@daybook/sdk";
import type { z } from "zod";
import { DaybookError } from "../errors.ts";
import { unalias } from "./aliases.ts";
import { FAULTS_MAX, isObject, pointer, readStrict } from "./json.ts";
import { personalIds } from "./personal-id.ts";
import { change, type ParsedInput, resource, wholeEvent } from "./schema.ts";
import { addressIn } from "./sent-address.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

/** An event that can be recorded: checked, with what the caller left out still absent. */
export interface ValidEvent extends Omit<ParsedInput, "timestamp" | "context" | "changes" | "metadata"> {
  /** RFC 3339, UTC, three fraction digits. */
  timestamp?: string;
  /** `ip` is an address; what was sent as `ip` and is not one is `ip_text`. */
  context?: NonNullable<ParsedInput["context"]> & { ip_text?: string };
  /** Compact JSON text, key order as sent. */
  changes?: string;
  /** Compact JSON text, key order as sent. */
  metadata?: string;
}

export interface ReadEvent {
  readonly event: ValidEvent;
  /** What its sender should know, though it can be recorded. */
  readonly warnings: readonly Warning[];
}

/** How far a timestamp may lie ahead of the server's clock: room for clocks that differ, none for the future. */
export const TIMESTAMP_AHEAD_MS_MAX = 10 * 60 * 1000;

const TIMESTAMP_BACK_YEARS_MAX = 10;

/** What a caller sends is read with `readWithWarnings`; this is for events that nobody waits to be warned about. */
export function readEvent(...args: Parameters<typeof readWithWarnings>): ValidEvent {
  return readWithWarnings(...args).event;
}

/**
 * Reads one event from its JSON text, whose syntax is known to be right.
 *
 * @param now milliseconds since the Unix epoch.
 * @param options.tenantRequired whether the event itself must name its organization.
 * @throws DaybookError `invalid_event` with all faults at once, required fields first; with a hundred, where there are more.
 */
export function readWithWarnings(
  text: string,
  parsed: unknown,
  now: number,
  { tenantRequired = false } = {},
): ReadEvent {
  const strict = readStrict(text, parsed);
  if (!isObject(parsed)) throw invalid([{ pointer: "", message: "must be a JSON object" }]);
  const { event, origin, faults } = unalias(parsed);
  const { missing, wrong, valid } = checkFields(event, origin);
  if (tenantRequired && event.tenant_id === undefined)
    missing.unshift({ pointer: "/tenant_id", message: "is required" });
  const timestamp = readTimestamp(event.timestamp, origin.get("/timestamp") ?? "/timestamp", now, wrong);
  const all = [...missing, ...strict.faults, ...faults, ...wrong];
  if (valid === undefined || all.length > 0) throw invalid(all);

  const { timestamp: _sent, context: sentContext, changes: _changes, metadata: _metadata, ...rest } = valid;
  const changes = strict.member("changes");
  const metadata = strict.member("metadata");
  const { context, warning } = readContext(sentContext, origin.get("/context/ip") ?? "/context/ip");
  const read: ValidEvent = {
    ...(rest as Omit<ParsedInput, "timestamp" | "context" | "changes" | "metadata">),
    ...(timestamp !== undefined && { timestamp }),
    ...(context !== undefined && { context }),
    ...(changes !== undefined && { changes }),
    ...(metadata !== undefined && { metadata }),
  };
  const personal = personalIds(read, origin);
  return { event: read, warnings: warning ? [...personal, warning] : personal };
}

/** Stores an address as `ip`, and a text that is not an address as `ip_text`. */
function readContext(
  sent: ParsedInput["context"],
  pointer: string,
): { context?: ValidEvent["context"]; warning?: Warning } {
  if (sent?.ip === undefined) return { context: sent };
  const { ip: text, ...rest } = sent;
  const ip = addressIn(text);
  if (ip === text) return { context: sent };
  if (ip !== undefined) {
    const message = `was sent as ${text} and stored as ${ip}; ports, zones and brackets are not stored`;
    return { context: { ip, ...rest }, warning: { pointer, code: "address", message } };
  }
  const what = text.includes(",") ? "is a list; send only the client's address" : "is not an IP address";
  const message = `${what}. It was stored as ip_text, which filters by address do not find`;
  return { context: { ip_text: text, ...rest }, warning: { pointer, code: "address", message } };
}

interface Checked {
  readonly missing: FieldError[];
  readonly wrong: FieldError[];
  /** Undefined when the event is not of its schema. */
  readonly valid: z.infer<typeof wholeEvent> | undefined;
}

/** Compares an event with its schema; lists are gone through one by one, for no longer than it is worth it. */
function checkFields(event: Record<string, unknown>, origin: ReadonlyMap<string, string>): Checked {
  const missing: FieldError[] = [];
  const wrong: FieldError[] = [];
  const note = (issues: readonly z.core.$ZodIssue[], at: readonly PropertyKey[]) => {
    for (const issue of issues) {
      const { message } = issue;
      const path = [...at, ...issue.path];
      const list = message === "is required" ? missing : wrong;
      const unknown = issue.code === "unrecognized_keys" ? issue.keys.slice(0, FAULTS_MAX) : undefined;
      for (const found of unknown?.map((key) => pointer([...path, key])) ?? [pointer(path)]) {
        list.push({ pointer: origin.get(found) ?? found, message });
      }
    }
  };
  // What is absent is looked at as empty, so that a fault names the very field that is required.
  const whole = wholeEvent.safeParse({ actor: {}, resource: {}, ...event });
  note(whole.error?.issues ?? [], []);
  for (const [name, item] of [
    ["targets", resource],
    ["changes", change],
  ] as const) {
    const list = event[name];
    if (!Array.isArray(list)) continue;
    for (let i = 0; i < list.length && missing.length + wrong.length < FAULTS_MAX; i++) {
      note(item.safeParse(list[i]).error?.issues ?? [], [name, i]);
    }
  }
  return { missing, wrong, valid: whole.data };
}

function readTimestamp(sent: unknown, pointer: string, now: number, faults: FieldError[]): string | undefined {
  if (typeof sent !== "string") return undefined;
  const at = parseTimestamp(sent);
  const message =
    at === undefined ? "must be an RFC 3339 timestamp, such as 2026-01-31T13:45:00Z" : timestampFault(at, now);
  if (at !== undefined && message === undefined) return formatTimestamp(at);
  if (message !== undefined) faults.push({ pointer, message });
  return undefined;
}

/** Why an instant is refused as an event's, or undefined. */
export function timestampFault(at: number, now: number): string | undefined {
  if (at > now + TIMESTAMP_AHEAD_MS_MAX) return "lies more than 10 minutes ahead";
  return at < yearsBefore(now) ? `lies more than ${TIMESTAMP_BACK_YEARS_MAX} years back` : undefined;
}

function yearsBefore(now: number): number {
  if (now !== oldest.now) {
    const date = new Date(now);
    oldest = { now, at: date.setUTCFullYear(date.getUTCFullYear() - TIMESTAMP_BACK_YEARS_MAX) };
  }
  return oldest.at;
}

/** The last one: a request's events are all read as of the same time. */
let oldest = { now: Number.NaN, at: 0 };

function invalid(errors: readonly FieldError[]): DaybookError {
  const [first] = errors;
  const detail = first
    ? `${first.pointer === "" ? "The event" : first.pointer} ${first.message}.`
    : "The event is not valid.";
  const more = errors.length < FAULTS_MAX ? ` ${errors.length - 1} more.` : ` At least ${FAULTS_MAX - 1} more.`;
  return new DaybookError("invalid_event", errors.length > 1 ? detail + more : detail, {
    errors: errors.slice(0, FAULTS_MAX),
  });
}
