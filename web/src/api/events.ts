import type { Event } from "@daybook/sdk";
import { memberTexts } from "../text/json.ts";
import type { Request } from "./request.ts";

/** An event with the texts of `metadata` and `changes` as they were recorded. */
export type LoggedEvent = Event & { readonly texts: { readonly metadata?: string; readonly changes?: string } };

/** Exact up to a limit that the server sets; beyond it `gte`. */
export interface Total {
  readonly value: number;
  readonly relation: "eq" | "gte";
}

export interface EventsPage {
  readonly data: readonly LoggedEvent[];
  readonly next_cursor: string | null;
  readonly total: Total;
}

interface PageBody {
  data: Event[];
  next_cursor: string | null;
  total: Total;
}

/** @param query the filters and `tenant_id`. */
export async function fetchEvents(
  request: Request,
  query: URLSearchParams,
  options: { limit: number; cursor: string | undefined; signal: AbortSignal },
): Promise<EventsPage> {
  const parameters = new URLSearchParams(query);
  parameters.set("limit", String(options.limit));
  if (options.cursor !== undefined) parameters.set("cursor", options.cursor);
  const text = await (await request(`/v1/events?${parameters}`, { signal: options.signal })).text();
  const body: PageBody = JSON.parse(text);
  const texts = memberTexts(text, ["metadata", "changes"]);
  return { ...body, data: body.data.map((event, index) => ({ ...event, texts: texts[index] ?? {} })) };
}

/** The actions that the organization's events have in this range, most frequent first. */
export async function fetchActions(request: Request, query: URLSearchParams, signal: AbortSignal): Promise<string[]> {
  const parameters = new URLSearchParams(query);
  parameters.set("field", "action");
  const response = await request(`/v1/events/facets?${parameters}`, { signal });
  const body: { values: { value: string; count: number }[] } = await response.json();
  return body.values.map(({ value }) => value);
}
