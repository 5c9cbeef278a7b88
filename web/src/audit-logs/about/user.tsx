import { Suspense, useMemo } from "react";
import { eventsOf, type LoggedEvent } from "../../api/events.ts";
import { lazyPart } from "../../shell/lazy-part.tsx";
import { countNumber } from "../../text/count-text.ts";
import { clip } from "../../text/truncate.ts";
import { useAddressFacts } from "../addresses/use-address-facts.ts";
import { useFacet } from "../filters/card/use-facet.ts";
import { rangeOf } from "../filters/range-of.ts";
import { useGroups } from "../grouped/use-groups.ts";
import { useLogPage } from "../log-context.ts";
import { LastEvents } from "./last-events.tsx";
import { FilterLink, GroupList, Note, Section } from "./parts.tsx";
import { filtersOf, type Subject } from "./subject.ts";
import { RECENT_MAX, useEverQuery, useRangeQuery, useRecent } from "./use-about.ts";

const UserAgentName = lazyPart(() => import("../event/user-agent-name.tsx"));

const ADDRESSES_MAX = 8;
const ROLES_MAX = 10;
const DEVICES_MAX = 6;
const FAILED = ["failure", "denied"] as const;

/** The programs that these events were made with, the most frequent first. */
function devicesOf(events: readonly LoggedEvent[]): [userAgent: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { context } of events) {
    if (context?.user_agent) counts.set(context.user_agent, (counts.get(context.user_agent) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, DEVICES_MAX);
}

function Failures({ query, subject, onGo }: { query: URLSearchParams; subject: Subject; onGo: () => void }) {
  const { filters } = useLogPage().state;
  const outcomes = useFacet("outcome", query, true);
  const failed = outcomes?.values.filter(({ value }) => FAILED.some((one) => one === value)) ?? [];
  if (outcomes === undefined) return <Note>Loading</Note>;
  if (failed.length === 0) return <Note>None.</Note>;
  return (
    <p className="flex gap-4 text-xs">
      {failed.map(({ value, count }) => (
        <FilterLink
          key={value}
          filters={{ ...rangeOf(filters), ...filtersOf(subject), outcome: [value === "denied" ? "denied" : "failure"] }}
          onGo={onGo}
        >
          {countNumber(count)} {value === "denied" ? "denied" : "failed"}
        </FilterLink>
      ))}
    </p>
  );
}

function Devices({ events }: { events: readonly LoggedEvent[] }) {
  const devices = useMemo(() => devicesOf(events), [events]);
  if (devices.length === 0) return <Note>No event names a device.</Note>;
  return (
    <ul className="text-xs">
      {devices.map(([userAgent, count]) => (
        <li key={userAgent} title={clip(userAgent, 300)} className="flex justify-between gap-3 py-0.5">
          <span className="min-w-0 truncate">
            <Suspense>
              <UserAgentName userAgent={userAgent} />
            </Suspense>
          </span>
          <span className="tabular-nums">{countNumber(count)}</span>
        </li>
      ))}
    </ul>
  );
}

interface AboutUserProps {
  readonly subject: Extract<Subject, { kind: "user" }>;
  readonly onGo: () => void;
}

/** From where and with what somebody usually acts, in which roles, what failed, and what they did last. */
export function AboutUser({ subject, onGo }: AboutUserProps) {
  const { filters } = useLogPage().state;
  const query = useRangeQuery(subject);
  const addresses = useGroups(query, "ip", ADDRESSES_MAX);
  const notes = useAddressFacts((addresses.data?.groups ?? []).map(({ value }) => value));
  const roles = useGroups(useEverQuery(subject), "role", ROLES_MAX);
  const recent = useRecent(query);
  const events = useMemo(() => eventsOf(recent?.data ?? []), [recent]);
  const base = { ...rangeOf(filters), ...filtersOf(subject) };
  return (
    <>
      <Section title="Failures in this range">
        <Failures query={query} subject={subject} onGo={onGo} />
      </Section>
      <Section title="Addresses in this range">
        <GroupList
          groups={addresses.data}
          none="No event has an address."
          mono
          filters={({ value }) => ({ ...base, ip: [value] })}
          notes={notes}
          onGo={onGo}
        />
      </Section>
      <Section title={`Devices in the last ${RECENT_MAX} events of this range`}>
        {recent === undefined ? <Note>Loading</Note> : <Devices events={events} />}
      </Section>
      <Section title="Roles over time">
        <GroupList
          groups={roles.data}
          none="No event names a role."
          filters={({ value }) => ({ ...base, role: [value] })}
          onGo={onGo}
        />
      </Section>
      <Section title="Last events in this range">
        {events.length === 0 ? (
          <Note>{recent === undefined ? "Loading" : "None."}</Note>
        ) : (
          <LastEvents events={events} onGo={onGo} />
        )}
      </Section>
    </>
  );
}
