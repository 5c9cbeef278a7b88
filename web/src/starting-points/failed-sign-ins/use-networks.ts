import { useMemo } from "react";
import type { Group } from "../../api/groups.ts";
import type { Problem } from "../../api/problem.ts";
import { toQuery } from "../../audit-logs/filters/filters.ts";
import { rangeOf } from "../../audit-logs/filters/range-of.ts";
import type { FilterState } from "../../audit-logs/filters/use-filters.ts";
import { useGroups } from "../../audit-logs/grouped/use-groups.ts";
import { useLogAccess } from "../../audit-logs/log-access.ts";

import { type FollowUp, followUp } from "./follow-up.ts";

/** As many as one question about sign-ins can name. */
const NETWORKS_MAX = 100;

export interface Network extends Group {
  /** Undefined until it is known. */
  readonly followUp: FollowUp | undefined;
}

interface Networks {
  /** Undefined until they are counted. */
  readonly networks: readonly Network[] | undefined;
  readonly more: boolean;
  readonly problem: Problem | undefined;
}

/** The failed sign-ins of all networks but those that are excluded, also while the rows show one alone. */
export function failuresOf(query: URLSearchParams, position: string | undefined): URLSearchParams {
  const failures = new URLSearchParams(query);
  failures.delete("ip");
  // The rows and these counts come from one position of the log.
  if (position !== undefined) failures.set("as_of", position);
  return failures;
}

/** From where sign-ins failed, over all matches, and whether one succeeded after. */
export function useNetworks(state: FilterState, failures: URLSearchParams): Networks {
  const { organization } = useLogAccess();
  const failed = useGroups(failures, "network", NETWORKS_MAX);
  const groups = failed.data?.groups;
  const range = toQuery(rangeOf(state.filters), organization.id, state.clock).toString();
  const signIns = useMemo(() => {
    if (groups === undefined || groups.length === 0) return undefined;
    const query = new URLSearchParams(range);
    query.set("action", "auth.login");
    query.set("outcome", "success");
    for (const { value } of groups) query.append("ip", value);
    return query;
  }, [groups, range]);
  const succeeded = useGroups(signIns, "network", NETWORKS_MAX);
  const networks = groups?.map((network) => {
    const answered = succeeded.data !== undefined;
    const after = succeeded.data?.groups.find(({ value }) => value === network.value);
    return { ...network, followUp: answered ? followUp(network, after) : undefined };
  });
  return { networks, more: failed.data?.more ?? false, problem: failed.problem ?? succeeded.problem };
}
