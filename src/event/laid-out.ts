import { SCHEMA_VERSION } from "@daybook/sdk";
import type { EntryParts } from "../packing.ts";
import { withCallersJson } from "./callers-json.ts";
import { decodeEntry } from "./codec.ts";
import type { EntryLayout } from "./entry-layout.ts";
import type { StoredEvent } from "./stored-event.ts";

/**
 * Finds the fields of any entry. One that is not laid out as this version writes them is decoded, and laid out again.
 * @param start its header, or the beginning of it up to the hash of the body. @param header asked for only where it has to be decoded.
 * @throws when it cannot be decoded.
 */
export function findFields(
  layout: EntryLayout,
  start: Uint8Array,
  body: Uint8Array | undefined,
  header: () => Uint8Array,
): void {
  if (layout.findStart(start, body)) return;
  const other = laidOut(decodeEntry(header(), body));
  if (!layout.findStart(other.header, body && other.body))
    throw new Error("an entry lacks fields that every entry has");
}

/** The same event as this version lays it out, without what only the entry itself can say: its nonce and the hash of its body. */
export function laidOut(event: StoredEvent): EntryParts {
  const { actor, resource, targets, context, changes, metadata } = event;
  const { on_behalf_of: principal } = actor;
  const header = {
    schema_version: SCHEMA_VERSION,
    sequence: Number(event.sequence),
    recorded_at: event.recorded_at,
    clock_at: event.clock_at,
    source: { type: event.source.type, id: event.source.id },
    id: event.id,
    timestamp: event.timestamp,
    tenant_id: event.tenant_id,
    action: event.action,
    outcome: event.outcome,
    actor: { ...permanent(actor), on_behalf_of: principal && permanent(principal) },
    resource: { type: resource.type, id: resource.id },
    targets: targets?.map(({ type, id }) => ({ type, id })),
  };
  const body = {
    nonce: "",
    actor: { ...erasable(actor), on_behalf_of: principal && erasable(principal) },
    resource: { name: resource.name },
    target_names: targets?.map(({ name }) => name ?? null),
    description: event.description,
    context: context && {
      ip: context.ip,
      ip_text: context.ip_text,
      user_agent: context.user_agent,
      request_id: context.request_id,
      session_id: context.session_id,
      trace_id: context.trace_id,
    },
  };
  return {
    header: Buffer.from(JSON.stringify(header)),
    body: Buffer.from(withCallersJson(JSON.stringify(body), changes, metadata)),
  };
}

type Person = StoredEvent["actor"];

function permanent({ type, id, role }: Omit<Person, "on_behalf_of">): object {
  return { type, id, role };
}

function erasable({ name, email }: Pick<Person, "name" | "email">): object {
  return { name, email };
}
