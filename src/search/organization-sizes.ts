import type { LogEntry } from "../log/index.ts";

/** How many entries of each organization search has read: what a reader of one organization may know of how far search is. */
export class OrganizationSizes {
  private readonly sizes = new Map<string, number>();

  restart(sizes: Iterable<readonly [organization: string, entries: number]>): void {
    this.sizes.clear();
    for (const [organization, entries] of sizes) this.sizes.set(organization, entries);
  }

  add(counts: ReadonlyMap<string, number>): void {
    for (const [organization, entries] of counts) this.sizes.set(organization, this.of(organization) + entries);
  }

  of(organization: string): number {
    return this.sizes.get(organization) ?? 0;
  }
}

export function countByOrganization(entries: readonly LogEntry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { organization } of entries) counts.set(organization, (counts.get(organization) ?? 0) + 1);
  return counts;
}
