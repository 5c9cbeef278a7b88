import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { eventsOf } from "../../api/events.ts";
import type { Group } from "../../api/groups.ts";
import { countText } from "../../text/count-text.ts";
import { clip } from "../../text/truncate.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { VisibleText } from "../../ui/visible-text.tsx";
import { LastEvents } from "../about/last-events.tsx";
import { FilterLink, Note, Time } from "../about/parts.tsx";
import { useRecent } from "../about/use-about.ts";
import { toQuery } from "../filters/filters.ts";
import { useLogAccess } from "../log-access.ts";
import { useLogPage } from "../log-context.ts";
import { filtersOfGroup, GROUPING_NAMES, type Grouping } from "./grouping.ts";
import { useGroups } from "./use-groups.ts";

/** As many as one answer holds. */
const GROUPS_MAX = 100;

interface GroupedProps {
  readonly by: Grouping;
  /** What the rows were read as of; undefined until they are there. */
  readonly position: string | undefined;
}

/** A link of a group leads back to rows by its address: nothing else is open that would have to close. */
const stays = () => undefined;

/** The newest events of a group. */
function Events({ query }: { query: URLSearchParams }) {
  const recent = useRecent(query);
  return (
    <div className="col-span-full pt-1 pb-2 pl-7 max-lg:pl-12">
      {recent === undefined ? <Note>Loading</Note> : <LastEvents events={eventsOf(recent.data)} onGo={stays} />}
    </div>
  );
}

interface GroupLineProps extends GroupedProps {
  readonly group: Group;
}

function GroupLine({ group, by, position }: GroupLineProps) {
  const { filters, clock } = useLogPage().state;
  const { organization } = useLogAccess();
  const [open, setOpen] = useState(false);
  const { value, type, name, email, count, first, last } = group;
  const narrowed = filtersOfGroup(filters, by, group);
  const query = toQuery(narrowed, organization.id, clock);
  if (position !== undefined) query.set("as_of", position);
  const called = name ?? email;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 border-border px-2 py-1 text-sm max-lg:px-4 not-first:border-t @min-[52rem]:grid-cols-[minmax(0,1fr)_7rem_16.5rem]">
      <span className="flex min-w-0 items-center gap-1">
        <Button
          variant="ghost"
          size="inline"
          aria-expanded={open}
          aria-label={`Newest events of ${clip(called ?? value, 60)}`}
          onClick={() => setOpen(!open)}
        >
          <ChevronRight aria-hidden className={cn("transition-transform", open && "rotate-90")} />
        </Button>
        {type !== undefined && (
          <span className="shrink-0 text-muted-foreground">
            <VisibleText value={clip(type, 24)} />
          </span>
        )}
        <FilterLink filters={narrowed} onGo={stays}>
          {called !== undefined && (
            <>
              <VisibleText value={clip(called, 80)} />{" "}
            </>
          )}
          <span className="font-mono text-xs">
            <VisibleText value={clip(value, 80)} />
          </span>
        </FilterLink>
      </span>
      <span className="text-right tabular-nums">{countText({ value: count, relation: "eq" })}</span>
      <span className="text-xs text-muted-foreground max-lg:col-span-full max-lg:-mt-2.5 max-lg:pb-2.5 max-lg:pl-12 @max-[52rem]:col-span-full">
        <Time at={first} />
        {last !== first && (
          <>
            {" to "}
            <Time at={last} />
          </>
        )}
      </span>
      {open && <Events query={query} />}
    </li>
  );
}

/** All matches counted by user, address or resource, the most frequent first; each leads to its rows. */
export default function Grouped(props: GroupedProps) {
  const { by, position } = props;
  const { filters, clock } = useLogPage().state;
  const { organization } = useLogAccess();
  const query = toQuery(filters, organization.id, clock);
  if (position !== undefined) query.set("as_of", position);
  const { data, problem } = useGroups(query, by, GROUPS_MAX);
  return (
    <div className="py-1">
      {problem !== undefined && (
        <p role="alert" className="px-3 py-2 text-sm text-failure">
          {problem.message}
        </p>
      )}
      {data === undefined && problem === undefined && (
        <p className="px-3 py-2 text-sm text-muted-foreground">Counting</p>
      )}
      {data?.groups.length === 0 && (
        <p className="px-3 py-2 text-sm text-muted-foreground">No event has this field: {GROUPING_NAMES[by]}.</p>
      )}
      <ul aria-label={`Events by ${GROUPING_NAMES[by]}`}>
        {data?.groups.map((group) => (
          <GroupLine key={`${group.type} ${group.value}`} {...props} group={group} />
        ))}
      </ul>
      {data?.more && (
        <p className="px-3 py-2 text-xs text-muted-foreground">
          The {GROUPS_MAX} most frequent are shown. Narrow the filters to see others.
        </p>
      )}
    </div>
  );
}
