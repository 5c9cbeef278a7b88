import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Group, Groups } from "../../api/groups.ts";
import { countNumber } from "../../text/count-text.ts";
import { clip } from "../../text/truncate.ts";
import { VisibleText } from "../../ui/visible-text.tsx";
import type { Filters } from "../filters/filters.ts";
import { useLogPage } from "../log-context.ts";
import { useZone } from "../time/zone-context.ts";

const TEXT_MAX = 120;

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-muted-foreground">{title}</h3>
      {children}
    </section>
  );
}

export function Time({ at }: { at: string }) {
  const { format } = useZone();
  return (
    <time dateTime={at} className="tabular-nums">
      {format(at)}
    </time>
  );
}

/** The page with other filters; the panel closes. */
export function FilterLink({ filters, onGo, children }: { filters: Filters; onGo: () => void; children: ReactNode }) {
  const { state } = useLogPage();
  return (
    <button
      type="button"
      className="min-h-6 min-w-0 cursor-pointer truncate text-left text-link hover:underline max-lg:min-h-11"
      onClick={() => {
        onGo();
        state.setAll(filters, { grouping: undefined });
      }}
    >
      {children}
    </button>
  );
}

/** Leads to one event; the panel closes. */
export function EventLink({ id, onGo, children }: { id: string; onGo: () => void; children: ReactNode }) {
  return (
    <Link
      to="."
      search={(before: object) => ({ ...before, group: undefined, event: id }) as object}
      resetScroll={false}
      onClick={onGo}
      className="inline-flex items-center text-link hover:underline max-lg:min-h-11"
    >
      {children}
    </Link>
  );
}

export function Note({ children }: { children: ReactNode }) {
  return <p className="text-xs text-muted-foreground">{children}</p>;
}

interface GroupListProps {
  /** Undefined until they are counted. */
  readonly groups: Groups | undefined;
  readonly none: string;
  readonly mono?: boolean;
  /** What to filter for to see a group alone. */
  readonly filters: (group: Group) => Filters;
  readonly onGo: () => void;
  /** What is known of a group besides, by its value. */
  readonly notes?: ReadonlyMap<string, string>;
}

/** What it has to do with most: how often, and from when to when. */
export function GroupList({ groups, none, mono = false, filters, onGo, notes }: GroupListProps) {
  if (groups === undefined) return <Note>Loading</Note>;
  if (groups.groups.length === 0) return <Note>{none}</Note>;
  return (
    <ul className="flex flex-col text-xs">
      {groups.groups.map((group) => (
        <li key={`${group.type} ${group.value}`} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 py-0.5">
          <FilterLink filters={filters(group)} onGo={onGo}>
            <span className={mono ? "font-mono" : ""}>
              <VisibleText value={clip(group.name ?? group.email ?? group.value, TEXT_MAX)} />
            </span>
          </FilterLink>
          <span className="self-center tabular-nums">{countNumber(group.count)}</span>
          {notes?.has(group.value) && (
            <span className="col-span-2 [overflow-wrap:anywhere] max-lg:-mt-2.5 max-lg:pb-2.5">
              <VisibleText value={notes.get(group.value) ?? ""} />
            </span>
          )}
          <span className="col-span-2 text-muted-foreground max-lg:-mt-2.5">
            <Time at={group.first} />
            {group.last !== group.first && (
              <>
                {" to "}
                <Time at={group.last} />
              </>
            )}
          </span>
        </li>
      ))}
      {groups.more && <li className="text-muted-foreground">and more</li>}
    </ul>
  );
}
