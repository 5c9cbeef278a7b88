import { OUTCOMES, type Outcome } from "@daybook/sdk";
import { Ban, Check } from "lucide-react";
import { countWords } from "../../../text/count-text.ts";
import { cn } from "../../../ui/cn.ts";
import { useLogAccess } from "../../log-access.ts";
import { useWantedFocus } from "../editing-context.ts";
import { filterLabel } from "../filters.ts";
import type { FilterState } from "../use-filters.ts";
import { showsOutcome } from "../within.ts";
import { CountMark } from "./count-mark.tsx";
import { useFacet } from "./use-facet.ts";
import { ValueFilter } from "./value-filter.tsx";

interface MoreFiltersProps {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
}

const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  success: "Success",
  failure: "Failure",
  denied: "Denied",
  unknown: "Unknown",
};

function Outcomes({ state: { filters, set }, query }: MoreFiltersProps) {
  const facet = useFacet("outcome", query, true);
  const chosen = filters.outcome ?? [];
  const left = filters.not_outcome ?? [];
  const { fixed } = useLogAccess();
  const shown = OUTCOMES.filter((outcome) => showsOutcome(fixed, outcome));
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-xs font-medium text-muted-foreground">{filterLabel("outcome")}</legend>
      <div className="grid grid-cols-2 gap-1.5">
        {shown.map((outcome, place) => {
          const count = facet && (facet.values.find(({ value }) => value === outcome)?.count ?? 0);
          const pressed = chosen.includes(outcome);
          const excluded = left.includes(outcome);
          const next = pressed ? chosen.filter((one) => one !== outcome) : [...chosen, outcome];
          return (
            <button
              key={outcome}
              type="button"
              data-filter={place === 0 ? "outcome" : undefined}
              aria-pressed={pressed}
              aria-description={countWords(count)}
              onClick={() => set("outcome", next)}
              className={cn(
                "flex h-8 cursor-pointer items-center gap-2 rounded-md border border-input px-2 text-sm hover:bg-accent max-lg:h-11",
                pressed && "border-foreground bg-accent",
              )}
            >
              <span aria-hidden className="flex size-3.5 shrink-0 items-center">
                {pressed && <Check className="size-3.5" />}
                {excluded && <Ban className="size-3.5 text-failure" />}
              </span>
              <span className={cn(excluded && "text-muted-foreground line-through")}>{OUTCOME_NAMES[outcome]}</span>
              {excluded && <span className="sr-only">excluded</span>}
              <CountMark count={count} />
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}

/** What is chosen by less often. */
export default function MoreFilters({ state, query }: MoreFiltersProps) {
  useWantedFocus();
  return (
    <div className="flex flex-col gap-4">
      <Outcomes state={state} query={query} />
      <ValueFilter name="role" placeholder="admin, auditor…" state={state} query={query} />
      <ValueFilter name="actor_type" placeholder="user, agent…" state={state} query={query} />
      <ValueFilter name="on_behalf_of" placeholder="Exact ID" state={state} query={query} />
      <ValueFilter name="ip" placeholder="203.0.113.7 or 203.0.113.0/24" state={state} query={query} />
      <ValueFilter name="resource_id" placeholder="Exact ID" state={state} query={query} />
      <ValueFilter name="time_of_day" placeholder="mon-fri 08:00-18:00" state={state} query={query} />
    </div>
  );
}
