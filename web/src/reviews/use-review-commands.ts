import { type AskedCommands, type Command, when } from "../audit-logs/commands/commands.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import type { PageTools } from "../audit-logs/use-page-tools.ts";
import { filtersSince } from "./review-filters.ts";
import { useOpenSignOff } from "./use-open-sign-off.ts";
import { useReviews } from "./use-reviews.ts";

/** Reviewing by name. */
export function useReviewCommands(tools: PageTools): AskedCommands {
  const { state, open } = tools;
  const { member } = useLogAccess();
  const openSignOff = useOpenSignOff(tools);
  const { data, error, isPending } = useReviews(member !== undefined);
  if (member === undefined) return { commands: [], loading: false, failures: [] };
  const group = "Review";
  const last = data?.[0];
  const commands: readonly Command[] = [
    ...(last
      ? [{ group, label: "New since last review", run: () => state.setAll(filtersSince(last, state.clock)) } as const]
      : []),
    ...(openSignOff ? [{ group, label: "Mark reviewed…", run: () => openSignOff() } as const] : []),
    ...when(last !== undefined, { group, label: "Earlier reviews…", run: () => open("earlier_reviews") }),
  ];
  return { commands, loading: isPending, failures: error ? ["The reviews could not be loaded"] : [] };
}
