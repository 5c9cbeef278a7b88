import { type Change, type JsonValue, uuidv7 } from "@daybook/sdk";
import type { OwnEvent, StoredStream } from "../identity/index.ts";

/** The changed fields of a stream. Secrets are not among them. */
export function changesOf(before: object, after: object): Change[] {
  const was = before as { readonly [path: string]: JsonValue };
  return Object.entries(after as { readonly [path: string]: JsonValue })
    .filter(([path, value]) => JSON.stringify(was[path]) !== JSON.stringify(value))
    .map(([path, value]) => ({ path, ...(was[path] === undefined ? {} : { before: was[path] }), after: value }));
}

/** A receiver asked never to be called again. The actor is Daybook, because nobody of the organization did this. */
export function disabledEvent({ id, organization, name }: StoredStream, reason: string): OwnEvent {
  return {
    id: uuidv7(),
    timestamp: new Date().toISOString(),
    tenant_id: organization,
    action: "stream.disable",
    outcome: "success",
    actor: { type: "system", id: "daybook", name: "Daybook" },
    resource: { type: "stream", id, name },
    description: `Stopped stream ${name}: the receiver asked not to be called again`,
    metadata: { reason },
  };
}
