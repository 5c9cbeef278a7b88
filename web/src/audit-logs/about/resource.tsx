import { countNumber } from "../../text/count-text.ts";
import { Timeline } from "../changes/timeline.tsx";
import { useFacet } from "../filters/card/use-facet.ts";
import { rangeOf } from "../filters/range-of.ts";
import { useGroups } from "../grouped/use-groups.ts";
import { useLogPage } from "../log-context.ts";
import { FilterLink, GroupList, Note, Section } from "./parts.tsx";
import { filtersOf, type Subject } from "./subject.ts";
import { useRangeQuery } from "./use-about.ts";

const PEOPLE_MAX = 8;
const ACTIONS_MAX = 8;

interface AboutResourceProps {
  readonly subject: Extract<Subject, { kind: "resource" }>;
  readonly onGo: () => void;
}

/** Who did what to a resource, and how its fields changed. */
export function AboutResource({ subject, onGo }: AboutResourceProps) {
  const { filters } = useLogPage().state;
  const query = useRangeQuery(subject);
  const people = useGroups(query, "actor_id", PEOPLE_MAX);
  const actions = useFacet("action", query, true);
  const base = { ...rangeOf(filters), ...filtersOf(subject) };
  return (
    <>
      <Section title="Users in this range">
        <GroupList
          groups={people.data}
          none="No event names a user."
          filters={({ value }) => ({ ...base, actor_id: [value] })}
          onGo={onGo}
        />
      </Section>
      <Section title="Actions in this range">
        {actions === undefined && <Note>Loading</Note>}
        <ul className="text-xs">
          {actions?.values.slice(0, ACTIONS_MAX).map(({ value, count }) => (
            <li key={value} className="flex justify-between gap-3 py-0.5">
              <FilterLink filters={{ ...base, action: [value] }} onGo={onGo}>
                {value}
              </FilterLink>
              <span className="self-center tabular-nums">{countNumber(count)}</span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Changes in this range">
        <Timeline query={query} narrow />
      </Section>
    </>
  );
}
