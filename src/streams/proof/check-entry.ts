import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { decodeEntry, eventJson } from "../../event/index.ts";
import type { GivenEvent } from "./lines.ts";

/** Fields that a stream adds to an event. */
const ADDED: ReadonlySet<string> = new Set(["log_id", "entry", "shortened"]);

/**
 * Whether an event is the same as its entry, and the entry has its hash. Fields that a receiver added are ignored.
 *
 * @returns what is wrong, or undefined.
 */
export function entryFault({ sequence, organization, leafHash, entry, fields }: GivenEvent): string | undefined {
  if (entry === undefined) return undefined;
  const header = Buffer.from(entry.header);
  if (hash("sha256", Buffer.concat([Buffer.of(0), header])) !== leafHash) return "its header does not have its hash";
  const body = entry.body === null ? undefined : Buffer.from(entry.body);
  let event: Record<string, unknown>;
  try {
    if (body !== undefined && JSON.parse(entry.header).body_hash !== hash("sha256", body)) {
      return "its body is not the one that its header commits to";
    }
    event = JSON.parse(eventJson(decodeEntry(header, body), leafHash));
  } catch {
    return "its entry is not readable";
  }
  if (event.sequence !== sequence || event.tenant_id !== organization) return "its entry is of another place";
  const altered = Object.keys(event).find((name) => !isDeepStrictEqual(event[name], fields?.[name]));
  if (altered !== undefined) return `${altered} is not what its entry says`;
  // Each field of the event must be in its entry, too: nobody recorded a field that was added.
  const added = Object.keys(fields ?? {}).find((name) => OWN.has(name) && !ADDED.has(name) && !(name in event));
  return added === undefined ? undefined : `${added} is not in its entry`;
}

/** The names of an event's own fields. */
const OWN: ReadonlySet<string> = new Set([
  ...["id", "timestamp", "tenant_id", "sequence", "recorded_at", "clock_at", "action", "outcome", "actor", "resource"],
  ...["targets", "description", "context", "source", "schema_version", "leaf_hash", "changes", "metadata"],
]);
