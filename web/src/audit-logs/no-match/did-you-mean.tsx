import { countNumber } from "../../text/count-text.ts";
import { Button } from "../../ui/button.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { type Chip, filterChips } from "../filters/chips.ts";
import { type Filters, filterLabel } from "../filters/filters.ts";
import type { FilterState } from "../filters/use-filters.ts";
import { type Candidate, similar } from "./similar.ts";
import { useCandidates } from "./use-candidates.ts";

const LOOKED_FOR: ReadonlySet<string> = new Set(["q", "actor_id", "action", "actor_type", "resource_type", "role"]);

interface Offer {
  readonly candidate: Candidate;
  /** The filters with it in place of what nothing was found for. */
  readonly filters: Filters;
}

function offersFor({ name, value, without }: Chip, candidates: readonly Candidate[]): Offer[] {
  return similar(value, candidates)
    .filter((candidate) => candidate.name !== name || candidate.value !== value)
    .map((candidate) => ({ candidate, filters: { ...without, [candidate.name]: filterValue(candidate) } }));
}

/** All of these filters hold several values, but for the type of a resource. */
function filterValue({ name, value }: Candidate): string | readonly string[] {
  return name === "resource_type" ? value : [value];
}

/** What there is that is like what was looked for in vain. */
export function DidYouMean({ state, onTake }: { state: FilterState; onTake: (filters: Filters) => void }) {
  const sought = filterChips(state.filters, state.clock).filter(
    ({ name, excluded }) => LOOKED_FOR.has(name) && !excluded,
  );
  const candidates = useCandidates(
    state,
    sought.map(({ value }) => value),
  );
  const offers = sought.flatMap((chip) => offersFor(chip, candidates));
  if (offers.length === 0) return null;
  return (
    <div className="mt-4 flex flex-col items-center gap-2">
      <p className="text-sm font-medium">Did you mean</p>
      <ul className="flex flex-wrap justify-center gap-2">
        {offers.map(({ candidate: { name, value, count, texts }, filters }) => (
          <li key={`${name} ${value}`}>
            <Button variant="outline" size="small" onClick={() => onTake(filters)}>
              <span className="text-muted-foreground">{name === "actor_id" ? "User" : filterLabel(name)}</span>
              <VisibleText value={texts[0] ?? value} />
              <span className="text-muted-foreground tabular-nums">{countNumber(count)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
