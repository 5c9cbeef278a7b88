import type { Event } from "@daybook/sdk";
import { memberTexts } from "../text/json.ts";
import { type DamagedRow, damagedRow, isDamaged } from "./damaged.ts";
import type { Request } from "./request.ts";
import type { EventsPage as PageBody } from "./schema.ts";

export type { Total } from "./schema.ts";

/** An event with the texts of `metadata` and `changes` as they were recorded. */
export type LoggedEvent = Event & {
  readonly texts: { readonly metadata?: string; readonly changes?: string };
  /** Its actor was not seen from this address in the 90 days before. Not known of an event that was read alone. */
  readonly newAddress?: boolean;
  /** When its actor was first at this address, where that is at most 24 hours from it. Not known of an event that was read alone. */
  readonly firstSeen?: string;
  /** When it came live: milliseconds since the Unix epoch. */
  readonly arrived?: number;
};

/** An item of a page: an event, or what is in the place of one that is damaged. */
export type LogItem = LoggedEvent | DamagedRow;

export type EventsPage = Omit<PageBody, "data"> & { readonly data: readonly LogItem[] };

/** The events among these. */
export function eventsOf(items: readonly LogItem[]): LoggedEvent[] {
  return items.filter((item): item is LoggedEvent => !isDamaged(item));
}

const EXACT_MEMBERS = ["metadata", "changes"] as const;

interface PageOptions {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly order?: "desc" | "asc";
  /** False where nobody is shown which addresses are new: finding that out takes a statement of its own. */
  readonly newAddresses?: boolean;
  readonly signal: AbortSignal;
}

/** Where a page is read. @param query the filters and `tenant_id`. */
export function eventsPath(query: URLSearchParams, options: Omit<PageOptions, "signal">): string {
  const parameters = new URLSearchParams(query);
  parameters.set("limit", String(options.limit));
  if (options.newAddresses !== false) parameters.set("new_ip", "true");
  if (options.order === "asc") parameters.set("order", options.order);
  if (options.cursor !== undefined) parameters.set("cursor", options.cursor);
  return `/v1/events?${parameters}`;
}

/** @param query the filters and `tenant_id`. */
export async function fetchEvents(request: Request, query: URLSearchParams, options: PageOptions): Promise<EventsPage> {
  const text = await (await request(eventsPath(query, options), { signal: options.signal })).text();
  const body: PageBody = JSON.parse(text);
  const texts = memberTexts(text, EXACT_MEMBERS);
  const newAddresses = new Set(body.new_ip);
  const { first_seen: firstSeen = {} } = body;
  let timestamp = body.data.find((item): item is Event => !isDamaged(item))?.timestamp ?? new Date().toISOString();
  const data = body.data.map((item, index) => {
    if (isDamaged(item)) return damagedRow(item, timestamp);
    timestamp = item.timestamp;
    return { ...item, texts: texts[index] ?? {}, ...seenOf(item.id, newAddresses, firstSeen) };
  });
  return { ...body, data };
}

/** What is known of an event's address. @param firstSeen times by the ids of events. */
export function seenOf(
  id: string,
  newAddresses: ReadonlySet<string>,
  firstSeen: Readonly<Record<string, string>>,
): Pick<LoggedEvent, "newAddress" | "firstSeen"> {
  const first = firstSeen[id];
  return { newAddress: newAddresses.has(id), ...(first !== undefined && { firstSeen: first }) };
}

/** @param json one event as the API writes it. */
export function readEvent(json: string): LoggedEvent {
  const event: Event = JSON.parse(json);
  return { ...event, texts: memberTexts(`{"data":[${json}]}`, EXACT_MEMBERS)[0] ?? {} };
}

function pathOf(tenant: string, id: string, part = ""): string {
  return `/v1/events/${encodeURIComponent(id)}${part}?${new URLSearchParams({ tenant_id: tenant })}`;
}

/** One event, wherever it is. @throws Problem `not_found` */
export async function fetchEvent(request: Request, tenant: string, id: string, signal: AbortSignal) {
  return readEvent(await (await request(pathOf(tenant, id), { signal })).text());
}

/** The entry of one event, to the byte as the log keeps it: its header, and its body unless that was erased. @throws Problem */
export async function fetchEntry(request: Request, tenant: string, id: string, signal: AbortSignal): Promise<string> {
  return (await request(pathOf(tenant, id, "/entry"), { signal })).text();
}
