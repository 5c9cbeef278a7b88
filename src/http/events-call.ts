import type { Access } from "../identity/index.ts";
import type { FilterParameters } from "../query/index.ts";
import type { Cosigned, LookUp } from "../read/index.ts";
import { reading } from "./allow.ts";
import type { Parts } from "./parts.ts";
import type { Call } from "./route.ts";

export type ReadParts = Pick<Parts, "search" | "reader" | "recorder" | "readingEvents" | "recentActs">;

/** What calls that look events up have in common. */
export const eventsCall = {
  method: "get",
  tag: "Events",
  allow: reading("audit_log.read"),
  share: "queries",
  problems: [404, 429, 503],
} as const;

/** What such a call looks up. */
export function lookOf({
  c,
  by,
  query,
}: Pick<Call<string, Partial<FilterParameters>, unknown, Access>, "c" | "by" | "query">): LookUp {
  return { access: by, origin: c.get("origin"), parameters: query, signal: c.req.raw.signal };
}

/** The checkpoint that goes with what is read. A reader of a part learns nothing of the whole. */
export function readableHead(witnesses: Pick<Cosigned, "head">, { organization, filter }: Access): string | undefined {
  return filter === undefined ? witnesses.head(organization) : undefined;
}
