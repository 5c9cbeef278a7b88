import type { FiringData } from "./firing.ts";
import type { Report } from "./weekly-report.ts";

const PAGE = "/settings/organization";
const AROUND_MS = 10 * 60_000;

/** Where a firing can be looked at in the console: the event itself, or the matches of that time. */
export function linkOf(
  publicUrl: string,
  filter: object,
  { data, at, report }: { readonly data: FiringData; readonly at: number; readonly report: Report | undefined },
): string {
  const search = new URLSearchParams({ org: data.organization });
  for (const [name, values] of Object.entries(filter)) {
    for (const value of [values].flat()) search.append(name, String(value));
  }
  // An event is recorded some time after it happened, and the page shows when it happened.
  const margin = report === undefined ? AROUND_MS : 0;
  search.set("start", new Date(Date.parse(data.since) - margin).toISOString());
  search.set("end", new Date(at + margin).toISOString());
  if (report !== undefined) search.set("as_of", report.as_of);
  if (data.kind === "match" && data.event !== null) search.set("event", data.event.id);
  return `${publicUrl}${PAGE}/audit-logs?${search}`;
}

export function alertsLink(publicUrl: string, organization: string): string {
  return `${publicUrl}${PAGE}/alerts?${new URLSearchParams({ org: organization })}`;
}
