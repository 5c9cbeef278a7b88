import { useQueryClient } from "@tanstack/react-query";
import { FileCheck2, History, type LucideIcon, ShieldAlert, Siren } from "lucide-react";
import { fetchFacet } from "../api/facets.ts";
import { Problem } from "../api/problem.ts";
import { useSensitiveActions } from "../audit-logs/event/use-sensitive.ts";
import { toQuery } from "../audit-logs/filters/filters.ts";
import { rangeOf } from "../audit-logs/filters/range-of.ts";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { type FixedFilter, showsAction, showsOutcome, visibleActions } from "../audit-logs/filters/within.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { periods } from "../time/periods.ts";
import { usePeriodReview } from "./period-context.ts";
import { isUpdate, startingPointOf } from "./starting-point-of.ts";
import {
  changes,
  FAILED,
  failedLogins,
  STARTING_POINT_NAMES,
  STARTING_POINTS,
  type StartingPointName,
  sensitiveActions,
} from "./starting-points.ts";

interface StartingPoint {
  readonly name: StartingPointName;
  readonly title: string;
  readonly summary: string;
  readonly icon: LucideIcon;
  /** The page is at it. */
  readonly active: boolean;
  readonly begin: () => void;
}

export interface StartingPointProps {
  readonly state: FilterState;
}

const FRESH_FOR_MS = 30_000;
const ICONS: Readonly<Record<StartingPointName, LucideIcon>> = {
  failed_logins: ShieldAlert,
  changes: History,
  sensitive: Siren,
  period: FileCheck2,
};

/** A starting point of events that the reader cannot see has nothing to show. */
function isOffered(name: StartingPointName, fixed: FixedFilter, watched: readonly string[]): boolean {
  switch (name) {
    case "failed_logins":
      return showsAction(fixed, "auth.login") && FAILED.some((outcome) => showsOutcome(fixed, outcome));
    case "changes":
      return visibleActions(fixed, "update").some(isUpdate);
    case "sensitive":
      // What is fixed by families can hold any of these.
      return watched.some((action) => showsAction(fixed, action.replace(/\*$/, "any")));
    case "period":
      return true;
  }
}

/** Which actions the range holds; none when that cannot be said, which the page says of its rows itself. */
function useKnownActions({ filters, clock }: FilterState): () => Promise<string[]> {
  const queries = useQueryClient();
  const { request, organization, key } = useLogAccess();
  return async () => {
    const query = toQuery(rangeOf(filters), organization.id, clock);
    try {
      const { values } = await queries.fetchQuery({
        queryKey: ["known-actions", key, query.toString()],
        queryFn: ({ signal }) => fetchFacet(request, query, "action", signal),
        staleTime: FRESH_FOR_MS,
        retry: false,
      });
      return values.map(({ value }) => value);
    } catch (error) {
      if (error instanceof Problem) return [];
      throw error;
    }
  };
}

/** The starting points, each as what it does to the filters. */
export function useStartingPoints({ state }: StartingPointProps): readonly StartingPoint[] {
  const { filters, clock, setAll } = state;
  const period = usePeriodReview();
  const knownActions = useKnownActions(state);
  const { fixed } = useLogAccess();
  const watched = useSensitiveActions();
  const isWatched = watched.length > 0 && filters.action?.join() === watched.join();
  const active = period.open ? "period" : isWatched ? "sensitive" : startingPointOf(filters);
  const [, lastMonth] = periods(clock.today);
  const begin: Record<StartingPointName, () => void> = {
    failed_logins: () => setAll(failedLogins(filters)),
    changes: async () => setAll(changes(filters, await knownActions())),
    sensitive: () => setAll(sensitiveActions(filters, watched)),
    period: () => lastMonth && setAll({ start: lastMonth.start, end: lastMonth.end }),
  };
  return STARTING_POINT_NAMES.filter((name) => isOffered(name, fixed, watched)).map((name) => ({
    name,
    ...STARTING_POINTS[name],
    icon: ICONS[name],
    active: active === name,
    begin: () => {
      period.setOpen(name === "period");
      begin[name]();
    },
  }));
}
