import { useState } from "react";
import { clip } from "../text/truncate.ts";
import { visibleText } from "../text/visible.ts";
import { cn } from "../ui/cn.ts";
import { Field } from "../ui/field.tsx";
import { DateFilter } from "./date-filter.tsx";
import { useFilterEditing } from "./editing-context.ts";
import { isHeld } from "./exclusions.ts";
import { filterLabel } from "./filters.ts";
import { isBackwards, resolveRange } from "./range.ts";
import { SearchField } from "./search-field.tsx";
import { type Meaning, withTokens } from "./tokens.ts";
import type { FilterState } from "./use-filters.ts";

interface FilterProps {
  readonly state: FilterState;
}

export function DateFilters({ state: { filters, clock, set } }: FilterProps) {
  const range = resolveRange(filters, clock);
  const backwards = isBackwards(range, clock) ? "Is before the start date" : undefined;
  const { today, zone } = clock;
  return (
    <>
      <DateFilter
        name="start"
        label={filterLabel("start")}
        bound={range.start}
        today={today}
        zone={zone}
        onChange={(bound, options) => set("start", bound, options)}
      />
      <DateFilter
        name="end"
        label={filterLabel("end")}
        bound={range.end ?? today}
        today={today}
        zone={zone}
        error={backwards}
        onChange={(bound, options) => set("end", bound, options)}
      />
    </>
  );
}

const FILTERS: readonly Meaning[] = ["actor_id", "ip", "role", "outcome", "resource_id", "resource_type", "action"];

const FAULT_TEXT_MAX = 60;

interface SearchFilterProps extends FilterProps {
  /** Goes to another organization; absent where there is but one. */
  readonly onTenant: ((id: string) => void) | undefined;
}

/** Words to look for, and filters by name: `user: ip: role: outcome: resource: type: action:`, or `-user:` and so on to exclude. */
export function SearchFilter({ state: { filters, set, setAll }, onTenant }: SearchFilterProps) {
  const [faults, setFaults] = useState<readonly { text: string; reason: string }[]>([]);
  const meanings = new Set<Meaning>(onTenant === undefined ? FILTERS : [...FILTERS, "tenant"]);
  const [fault] = faults;
  const { rewriting, rewrite } = useFilterEditing();
  return (
    <Field
      label={filterLabel("q")}
      error={fault && `${visibleText(clip(fault.text, FAULT_TEXT_MAX))} is ${fault.reason}`}
    >
      {(control) => (
        <SearchField
          control={{ ...control, "aria-describedby": `${control["aria-describedby"] ?? ""} ${SEARCH_HELP_ID}`.trim() }}
          value={filters.q ?? ""}
          meanings={meanings}
          placeholder="Search by description or resource ID"
          onFaults={setFaults}
          onChange={(text, options) => set("q", text, options)}
          rewriting={rewriting}
          onRewritten={() => rewrite(undefined)}
          onTokens={(tokens, rest) => {
            const tenant = tokens.findLast(({ name }) => name === "tenant");
            const { q: _q, ...others } = withTokens(rewriting?.without ?? filters, tokens);
            const next = rest.trim() === "" ? others : { ...others, q: rest };
            if (!isHeld(next)) return "more than the address has room for";
            setAll(next);
            if (tenant !== undefined) onTenant?.(tenant.value);
            return undefined;
          }}
        />
      )}
    </Field>
  );
}

const SEARCH_HELP_ID = "search-help";

/** What the search box reads besides words; stands somewhere near it. */
export function SearchHelp({ tenant, className }: { tenant: boolean; className: string }) {
  const tokens = ["user:", "ip:", "role:", "outcome:", "resource:", "action:", ...(tenant ? ["tenant:"] : [])];
  return (
    <p id={SEARCH_HELP_ID} className={cn("text-xs whitespace-nowrap text-muted-foreground", className)}>
      Also{" "}
      {tokens.map((token, place) => (
        <span key={token}>
          {place > 0 && " "}
          <code className="font-mono text-[0.6875rem]">{token}</code>
        </span>
      ))}{" "}
      or <code className="font-mono text-[0.6875rem]">-user:</code> to exclude
    </p>
  );
}
