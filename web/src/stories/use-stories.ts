import { FileCheck2, History, type LucideIcon, ShieldAlert } from "lucide-react";
import { useLogAccess } from "../audit-logs/access.ts";
import { toQuery } from "../audit-logs/filters.ts";
import { useFacet } from "../audit-logs/use-facet.ts";
import type { FilterState } from "../audit-logs/use-filters.ts";
import { changes, failedLogins, periods, rangeOf, STORIES, type StoryName, storyOf } from "./stories.ts";

interface Story {
  readonly name: StoryName;
  readonly title: string;
  readonly summary: string;
  readonly icon: LucideIcon;
  /** The page is at it. */
  readonly active: boolean;
  readonly begin: () => void;
}

export interface StoryProps {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
  /** Whether the page is at reviewing a period, which no filter tells. */
  readonly inPeriod: boolean;
  readonly onPeriod: (open: boolean) => void;
}

/** The starting points, each as what it does to the filters. */
export function useStories({ state, query, inPeriod, onPeriod }: StoryProps): readonly Story[] {
  const { filters, clock, setAll } = state;
  const { organization } = useLogAccess();
  const range = query && toQuery(rangeOf(filters), organization.id, clock);
  const known = useFacet("action", range, true)?.values.map(({ value }) => value) ?? [];
  const told = inPeriod ? "period" : storyOf(filters);
  const [, lastMonth] = periods(clock.today);
  const begin: Record<StoryName, () => void> = {
    failed_logins: () => setAll(failedLogins(filters)),
    changes: () => setAll(changes(filters, known)),
    period: () => lastMonth && setAll({ start: lastMonth.start, end: lastMonth.end }),
  };
  const icons: Record<StoryName, LucideIcon> = { failed_logins: ShieldAlert, changes: History, period: FileCheck2 };
  return (["failed_logins", "changes", "period"] as const).map((name) => ({
    name,
    ...STORIES[name],
    icon: icons[name],
    active: told === name,
    begin: () => {
      onPeriod(name === "period");
      begin[name]();
    },
  }));
}
