import { Ban, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { clip } from "../../text/truncate.ts";
import { visibleText } from "../../text/visible.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { VisibleText } from "../../ui/visible-text.tsx";
import { type Chip, shownChips } from "./chips.ts";
import { useFilterEditing } from "./editing-context.ts";
import { isExclusion } from "./filters.ts";
import { usePerson } from "./people/use-people.ts";
import { exclusionToken } from "./tokens.ts";
import type { FilterState } from "./use-filters.ts";

const SHOWN_TEXT_MAX = 80;

interface FilterChipProps {
  readonly chip: Chip;
  readonly state: FilterState;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function FilterChip({ chip: { label, value, all, userId, excluded }, state, onEdit, onRemove }: FilterChipProps) {
  const person = usePerson(userId, state);
  const shown = clip(person?.name ?? person?.email ?? value, SHOWN_TEXT_MAX);
  return (
    <li
      className={cn(
        "flex h-7 max-w-full min-w-0 items-center rounded-md border border-border bg-card text-xs max-lg:h-11.5 max-lg:text-sm",
        excluded && "border-dashed border-failure bg-failure-surface text-failure",
      )}
    >
      <button
        type="button"
        onClick={onEdit}
        title={visibleText(all ?? value)}
        className="flex h-full min-w-0 cursor-pointer items-center gap-1.5 rounded-l-md pr-1 pl-2 hover:bg-accent"
      >
        <span className="sr-only">Change</span>
        {excluded && <Ban aria-hidden className="size-3 shrink-0" />}
        <span className={cn("shrink-0 text-muted-foreground", excluded && "text-failure")}>
          {label}
          {excluded && <strong className="font-semibold"> not</strong>}
        </span>
        <span className="max-w-56 truncate font-medium">
          <VisibleText value={shown} />
        </span>
      </button>
      <button
        type="button"
        data-remove
        onClick={onRemove}
        className="flex h-full w-6 shrink-0 cursor-pointer items-center justify-center rounded-r-md text-muted-foreground hover:bg-accent hover:text-foreground max-lg:w-11"
      >
        <X aria-hidden className="size-3 max-lg:size-4" />
        <span className="sr-only">
          Remove {label} {excluded && "not "}
          <VisibleText value={shown} />
        </span>
      </button>
    </li>
  );
}

/** Everything that narrows the rows down. */
export function ChipRow({ state }: { state: FilterState }) {
  const { filters, clock, setAll } = state;
  const chips = shownChips(filters, clock);
  const { edit, rewrite } = useFilterEditing();
  const list = useRef<HTMLUListElement>(null);
  /** Of a chip that was just taken away: the focus goes to the one that took its place. */
  const removed = useRef<number>(undefined);
  const count = chips.length;
  useEffect(() => {
    const place = removed.current;
    if (place === undefined) return;
    removed.current = undefined;
    const next = list.current?.querySelectorAll<HTMLElement>("[data-remove]")[Math.min(place, count - 1)];
    if (next !== undefined) next.focus();
    else edit("q");
  }, [count, edit]);
  if (count === 0) return null;
  const change = ({ name, value, without }: Chip) => {
    const token = isExclusion(name) ? exclusionToken(name, value) : undefined;
    if (token !== undefined) rewrite({ token, words: filters.q ?? "", without });
    else edit(isExclusion(name) ? "q" : name);
  };
  const remove = (without: Chip["without"], place: number) => {
    removed.current = place;
    setAll(without);
  };
  return (
    <ul ref={list} aria-label="Active filters" className="flex min-w-0 flex-wrap items-center gap-1.5">
      {chips.map((chip, place) => (
        <FilterChip
          key={chip.key}
          chip={chip}
          state={state}
          onEdit={() => change(chip)}
          onRemove={() => remove(chip.without, place)}
        />
      ))}
      <li>
        <Button variant="ghost" size="small" onClick={() => remove({}, 0)}>
          Clear all
        </Button>
      </li>
    </ul>
  );
}
