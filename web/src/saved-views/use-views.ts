import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { type SavedView, savedViewsQuery } from "../api/saved-views.ts";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { readViewQuery, sameView, searchOf, viewQuery } from "../audit-logs/filters/view-query.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { defaultZone } from "../audit-logs/time/zone-context.ts";
import { useFollowedView } from "./followed-context.ts";

export interface Views {
  /** Undefined until they are known. */
  readonly views: readonly SavedView[] | undefined;
  readonly error: Error | null;
  readonly refetch: () => void;
  /** The view that the filters are, or were before they were changed. */
  readonly active: SavedView | undefined;
  readonly changed: boolean;
  /** The page's filters as a view keeps them. */
  readonly query: string;
  readonly apply: (view: SavedView) => void;
  /** Says that the filters are those of a view that was just saved. */
  readonly follow: (id: string) => void;
}

/** The saved views beside what the page shows. @param wanted false for who has none. */
export function useViews(state: FilterState, wanted = true): Views {
  const { organization } = useLogAccess();
  const {
    data: views,
    error,
    refetch,
  } = useQuery({ ...savedViewsQuery(organization.id), enabled: wanted, staleTime: 60_000 });
  const { id: followed, follow } = useFollowedView();
  const { zone } = state.clock;
  const query = viewQuery(state.filters, zone === defaultZone(organization) ? undefined : zone);
  const same = (view: SavedView) => sameView(view.query, query);
  // Of two that say the same, the one that was chosen.
  const chosen = views?.find(({ id }) => id === followed);
  // What the page shows by default is no view, unless somebody chose one that says the same.
  const found = query === "" ? undefined : views?.find(same);
  const matching = chosen && same(chosen) ? chosen : found;
  const matchingId = matching?.id;
  useEffect(() => {
    if (matchingId !== undefined) follow(matchingId);
  }, [matchingId, follow]);
  const active = matching ?? (query === "" ? undefined : chosen);
  return {
    views,
    error,
    refetch: () => void refetch(),
    active,
    changed: active !== undefined && matching === undefined,
    query,
    apply: (view) => {
      const { tz } = readViewQuery(view.query);
      follow(view.id);
      state.setAll(searchOf(view.query), { replace: false, zone: tz ?? defaultZone(organization) });
    },
    follow,
  };
}
