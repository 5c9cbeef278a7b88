import type { FieldError } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { unalias } from "./aliases.ts";
import { isObject, pointerToken, readStrict, type StrictValue } from "./json.ts";
import { eventInput, type ParsedInput } from "./schema.ts";
import { formatTimestamp, parseTimestamp } from "./timestamp.ts";

/** An event that a caller may have recorded: checked, with what the caller left out still absent. */
export interface ValidEvent extends Omit<ParsedInput, "timestamp" | "changes" | "metadata"> {
  /** RFC 3339, UTC, three fraction digits. */
  timestamp?: string;
  /** Compact JSON text, key order as sent. */
  changes?: string;
  /** Compact JSON text, key order as sent. */
  metadata?: string;
}

/** How far a timestamp may lie ahead of the server's clock: room for clocks that differ, none for the future. */
export const TIMESTAMP_AHEAD_MS_MAX = 10 * 60 * 1000;

const TIMESTAMP_BACK_YEARS_MAX = 10;

/**
 * Reads one event from its JSON text, whose syntax is known to be right.
 *
 * @param now milliseconds since the Unix epoch.
 * @param options.tenantRequired whether the event itself must name its organization.
 * @throws DaybookError `invalid_event` with all faults at once, required fields first.
 */
export function readEvent(text: string, parsed: unknown, now: number, { tenantRequired = false } = {}): ValidEvent {
  const strict = readStrict(text, parsed);
  if (strict.faults.length > 0) throw invalid(strict.faults);
  return validateEvent(strict, now, tenantRequired);
}

function validateEvent(strict: StrictValue, now: number, tenantRequired: boolean): ValidEvent {
  if (!isObject(strict.value)) throw invalid([{ pointer: "", message: "must be a JSON object" }]);
  const { event, origin, faults } = unalias(strict.value);
  const found = [...faults];
  const result = eventInput.safeParse(event);
  const missing: FieldError[] = [];
  if (tenantRequired && event.tenant_id === undefined) missing.push({ pointer: "/tenant_id", message: "is required" });
  for (const issue of result.error?.issues ?? []) {
    const at = issue.path.map((key) => pointerToken(String(key))).join("");
    const list = issue.message === "is required" ? missing : found;
    if (issue.code === "unrecognized_keys") {
      for (const key of issue.keys) list.push({ pointer: at + pointerToken(key), message: issue.message });
    } else list.push({ pointer: origin.get(at) ?? at, message: issue.message });
  }
  const timestamp = readTimestamp(event.timestamp, origin.get("/timestamp") ?? "/timestamp", now, found);
  if (missing.length > 0 || found.length > 0 || !result.success) throw invalid([...missing, ...found]);

  const { timestamp: _sent, changes: _changes, metadata: _metadata, ...rest } = result.data;
  const valid: ValidEvent = rest;
  if (timestamp !== undefined) valid.timestamp = timestamp;
  const changes = strict.member("changes");
  if (changes !== undefined) valid.changes = changes;
  const metadata = strict.member("metadata");
  if (metadata !== undefined) valid.metadata = metadata;
  return valid;
}

function readTimestamp(sent: unknown, pointer: string, now: number, faults: FieldError[]): string | undefined {
  if (typeof sent !== "string") return undefined;
  const at = parseTimestamp(sent);
  if (at === undefined)
    faults.push({ pointer, message: "must be an RFC 3339 timestamp, such as 2026-01-31T13:45:00Z" });
  else if (at > now + TIMESTAMP_AHEAD_MS_MAX) faults.push({ pointer, message: "lies more than 10 minutes ahead" });
  else if (at < yearsBefore(now))
    faults.push({ pointer, message: `lies more than ${TIMESTAMP_BACK_YEARS_MAX} years back` });
  else return formatTimestamp(at);
  return undefined;
}

function yearsBefore(now: number): number {
  const date = new Date(now);
  return date.setUTCFullYear(date.getUTCFullYear() - TIMESTAMP_BACK_YEARS_MAX);
}

function invalid(errors: readonly FieldError[]): DaybookError {
  const [first] = errors;
  const detail = first
    ? `${first.pointer === "" ? "The event" : first.pointer} ${first.message}.`
    : "The event is not valid.";
  return new DaybookError("invalid_event", errors.length > 1 ? `${detail} ${errors.length - 1} more.` : detail, {
    errors: [...errors],
  });
}
