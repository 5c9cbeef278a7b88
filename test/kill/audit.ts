import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Event } from "@daybook/sdk";
import type { Book, Booked } from "./book.ts";

/** An event as an export's line has it. */
export type Exported = Event & { metadata?: { marker?: unknown } };

/**
 * Compares an organization's whole export (NDJSON) with what the clients know.
 * @returns what is wrong, one sentence each; nothing when all is well.
 */
export function auditExport(book: Book, organization: string, ndjson: string): string[] {
  const events = ndjson.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Exported]));
  return [
    ...auditOrder(organization, events),
    ...auditReceipts(book, organization, events),
    ...auditStrangers(book, organization, events),
    ...auditRenames(book, organization, events),
  ];
}

/** Newest first; sequences contiguous from 0; recorded_at never decreasing by sequence. */
function auditOrder(organization: string, events: readonly Exported[]): string[] {
  const faults: string[] = [];
  const newestFirst = (a: Exported, b: Exported) =>
    a.timestamp === b.timestamp ? b.sequence - a.sequence : a.timestamp < b.timestamp ? 1 : -1;
  if (!isDeepStrictEqual(events, [...events].sort(newestFirst))) faults.push(`${organization}: not newest first`);
  const inOrder = [...events].sort((a, b) => a.sequence - b.sequence);
  let before: Exported | undefined;
  for (const [expected, event] of inOrder.entries()) {
    if (event.sequence !== expected) {
      faults.push(`${organization}: sequence ${event.sequence} is where ${expected} is next`);
      break;
    }
    if (before && event.recorded_at < before.recorded_at)
      faults.push(`${organization}: ${event.id} was recorded before its predecessor`);
    before = event;
  }
  return faults;
}

/** Every receipt's event is there once, as it was sent and as the receipt says. */
function auditReceipts(book: Book, organization: string, events: readonly Exported[]): string[] {
  const faults: string[] = [];
  const byId = new Map<string, Exported[]>();
  for (const event of events) byId.set(event.id, [...(byId.get(event.id) ?? []), event]);
  for (const { sent, receipt } of book.receipts) {
    if (sent.organization !== organization) continue;
    const found = byId.get(receipt.id) ?? [];
    const [event] = found;
    if (!event || found.length !== 1) faults.push(`${organization}/${receipt.id}: there ${found.length} times`);
    else faults.push(...compare({ sent, receipt }, event));
  }
  return faults;
}

/** Nothing is there that nobody sent, and nothing twice under another id. */
function auditStrangers(book: Book, organization: string, events: readonly Exported[]): string[] {
  const faults: string[] = [];
  const seen = new Set<unknown>();
  for (const event of events) {
    if (event.source.type === "daybook") continue;
    const marker = event.metadata?.marker;
    if (book.sentAs(marker)?.organization !== organization) faults.push(`${organization}/${event.id}: never sent here`);
    if (seen.has(marker)) faults.push(`${organization}/${event.id}: the same as another`);
    seen.add(marker);
  }
  return faults;
}

/** An acknowledged rename left its event; one whose answer was lost may have. */
function auditRenames(book: Book, organization: string, events: readonly Exported[]): string[] {
  const { attempted, acknowledged } = book.renames.get(organization) ?? { attempted: 0, acknowledged: 0 };
  const recorded = events.filter(
    ({ action, source }) => action === "organization.update" && source.type === "daybook",
  ).length;
  if (recorded >= acknowledged && recorded <= attempted) return [];
  return [
    `${organization}: ${recorded} renames recorded of ${attempted} attempted, of which ${acknowledged} acknowledged`,
  ];
}

/** One event as it is read back, and its entry (header line and body line), against its receipt. */
export function auditEntry(booked: Booked, eventText: string, entryText: string): string[] {
  const name = `${booked.sent.organization}/${booked.receipt.id}`;
  const event = JSON.parse(eventText) as Exported;
  const faults = compare(booked, event);
  const [headerLine = "", bodyLine = "", ...rest] = entryText.split("\n");
  if (rest.length !== 1 || rest[0] !== "") return [...faults, `${name}: an entry is two lines`];
  const leafHash = createHash("sha256").update("\0").update(headerLine).digest("hex");
  if (leafHash !== booked.receipt.leaf_hash) faults.push(`${name}: the header's hash is ${leafHash}`);
  const { body_hash, ...header } = JSON.parse(headerLine);
  const bodyHash = createHash("sha256").update(bodyLine).digest("hex");
  if (bodyHash !== body_hash) faults.push(`${name}: the body's hash is ${bodyHash}`);
  const { nonce, ...body } = JSON.parse(bodyLine);
  if (typeof nonce !== "string" || nonce === "") faults.push(`${name}: the body has no nonce`);
  const merged = {
    ...header,
    ...body,
    actor: { ...header.actor, ...body.actor },
    resource: { ...header.resource, ...body.resource },
    leaf_hash: leafHash,
  };
  if (!isDeepStrictEqual(merged, event)) faults.push(`${name}: the entry differs from the event`);
  return faults;
}

function compare({ sent, receipt }: Booked, event: Exported): string[] {
  const name = `${sent.organization}/${receipt.id}`;
  const faults: string[] = [];
  const { id, sequence, leaf_hash, recorded_at } = receipt;
  const assigned = { id, sequence, leaf_hash, recorded_at, tenant_id: sent.organization };
  for (const [field, value] of Object.entries({ ...sent.event, ...assigned })) {
    const kept = event[field as keyof Exported];
    if (!isDeepStrictEqual(kept, value))
      faults.push(`${name}: ${field} is ${JSON.stringify(kept)}, not ${JSON.stringify(value)}`);
  }
  return faults;
}
