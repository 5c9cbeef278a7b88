import { useState } from "react";
import { clip } from "../../../text/truncate.ts";
import { visibleText } from "../../../text/visible.ts";
import { cn } from "../../../ui/cn.ts";
import { Field } from "../../../ui/field.tsx";
import { DateFilter } from "../../time/date-filter.tsx";
import { isBackwards, resolveRange } from "../../time/range.ts";
import { useFilterEditing } from "../editing-context.ts";
import { isHeld } from "../exclusions.ts";
import { type Filters, filterLabel } from "../filters.ts";
import { useResolvePerson } from "../people/use-people.ts";
import { type Meaning, type Token, withTokens } from "../tokens.ts";
import type { FilterState } from "../use-filters.ts";
import { SearchField } from "./search-field.tsx";

interface FilterProps {
  readonly state: FilterState;
}

export function DateFilters({ state: { filters, clock, set } }: FilterProps) {
  const range = resolveRange(filters, clock);
  const backwards = isBackwards(range, clock) ? "End date is before start date" : undefined;
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

const MEANINGS: readonly Meaning[] = [
  "actor_id",
  "actor_type",
  "ip",
  "role",
  "outcome",
  "resource_id",
  "resource_type",
  "action",
  "first_seen",
];

const FAULT_TEXT_MAX = 60;

interface SearchFilterProps extends FilterProps {
  /** Goes to another organization; absent where there is but one. */
  readonly onTenant: ((id: string) => void) | undefined;
}

/** Words to look for, and filters by name: `user: actor_type: ip: role: outcome: resource: type: action: first_seen: metadata.<path>:`, or `-user:` and so on to exclude. */
export function SearchFilter({ state, onTenant }: SearchFilterProps) {
  const { filters, set } = state;
  const [faults, setFaults] = useState<readonly { text: string; reason: string }[]>([]);
  const meanings = new Set<Meaning>(onTenant === undefined ? MEANINGS : [...MEANINGS, "tenant"]);
  const [fault] = faults;
  const { rewriting, rewrite } = useFilterEditing();
  const apply = useTokens(state, { onTenant, onFaults: setFaults });
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
          placeholder="Description or resource ID"
          onFaults={setFaults}
          onChange={(text, options) => set("q", text, options)}
          rewriting={rewriting}
          onRewritten={() => rewrite(undefined)}
          onTokens={(tokens, rest) => apply(tokens, rest, rewriting?.without ?? filters)}
        />
      )}
    </Field>
  );
}

interface TokenTarget extends Pick<SearchFilterProps, "onTenant"> {
  readonly onFaults: (faults: readonly { text: string; reason: string }[]) => void;
}

function isUser({ name }: Token): boolean {
  return name === "actor_id" || name === "not_actor_id";
}

/** Makes filters of tokens. Users are looked up by what was typed for them, which takes a moment. */
function useTokens(state: FilterState, { onTenant, onFaults }: TokenTarget) {
  const resolvePerson = useResolvePerson(state);
  const { setAll } = state;
  const take = (tokens: readonly Token[], rest: string, without: Filters): string | undefined => {
    const { q: _q, ...others } = withTokens(without, tokens);
    const next = rest.trim() === "" ? others : { ...others, q: rest };
    if (!isHeld(next)) return "too long for the address of the page";
    setAll(next);
    const tenant = tokens.findLast(({ name }) => name === "tenant");
    if (tenant !== undefined) onTenant?.(tenant.value);
    return undefined;
  };
  const takeUsers = async (tokens: readonly Token[], rest: string, without: Filters) => {
    const resolved: Token[] = [];
    for (const token of tokens) {
      const ids = isUser(token) ? await resolvePerson(token.value) : [token.value];
      if (ids === undefined) {
        return onFaults([{ text: `user:${token.value}`, reason: "more than 5 users: type more of the name" }]);
      }
      resolved.push(...ids.map((value) => ({ ...token, value })));
    }
    const refused = take(resolved, rest, without);
    if (refused !== undefined) onFaults([{ text: rest, reason: refused }]);
  };
  return (tokens: readonly Token[], rest: string, without: Filters): string | undefined => {
    if (!tokens.some(isUser)) return take(tokens, rest, without);
    void takeUsers(tokens, rest, without);
    return undefined;
  };
}

const SEARCH_HELP_ID = "search-help";

/** What the search box reads besides words; is somewhere near it. */
export function SearchHelp({ tenant, className }: { tenant: boolean; className: string }) {
  const tokens = [
    "user:",
    "ip:",
    "role:",
    "outcome:",
    "resource:",
    "action:",
    "metadata.key:",
    ...(tenant ? ["tenant:"] : []),
  ];
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
