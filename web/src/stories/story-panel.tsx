import { type FormEvent, type ReactNode, useRef } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { countNumber } from "../audit-logs/count-text.ts";
import { type Filters, FREE_TEXT_MAX } from "../audit-logs/filters.ts";
import { useFacet } from "../audit-logs/use-facet.ts";
import type { FilterState } from "../audit-logs/use-filters.ts";
import { clip, truncateId } from "../text/truncate.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";
import { Input } from "../ui/field.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { storyOf, suggestedResources } from "./stories.ts";

const ADDRESSES_SHOWN = 12;
const RESOURCES_SHOWN = 6;
/** So many rows are opened at once. */
const OPENED_MAX = 20;

function Panel({ title, intro, children }: { title: string; intro: string; children: ReactNode }) {
  return (
    <Card className="flex flex-col gap-2.5 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-sm font-semibold">{title}</h2>
        <p className="text-xs text-pretty text-muted-foreground">{intro}</p>
      </div>
      {children}
    </Card>
  );
}

interface ChoiceProps {
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

function Choice({ pressed, onPress, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className={cn(
        "flex h-7 max-w-full cursor-pointer items-center gap-2 rounded-md border border-border px-2 text-xs hover:bg-accent max-lg:h-11 max-lg:px-3 max-lg:text-sm",
        pressed && "border-ring bg-accent",
      )}
    >
      {children}
    </button>
  );
}

/** From where, and how often: one click shows an address alone, another shows all again. */
function Addresses({ state, query }: { state: FilterState; query: URLSearchParams }) {
  const facet = useFacet("ip", query, true);
  const { ip: chosen = [], not_ip: excluded = [] } = state.filters;
  const isAlone = (address: string) => chosen.length === 1 && chosen[0] === address;
  const addresses = facet?.values.filter(({ value }) => !excluded.includes(value));
  return (
    <Panel title="Failed logins by address" intro="Choose an address to see its attempts alone. Most frequent first.">
      <ul aria-label="Addresses" className="flex min-h-7 flex-wrap gap-1.5">
        {addresses?.length === 0 && (
          <li className="text-xs text-muted-foreground">
            {facet?.values.length === 0 ? "No addresses in these events." : "Every address is excluded."}
          </li>
        )}
        {addresses?.slice(0, ADDRESSES_SHOWN).map(({ value, count }) => (
          <li key={value} className="max-w-full">
            <Choice pressed={isAlone(value)} onPress={() => state.set("ip", isAlone(value) ? [] : [value])}>
              <span className="truncate font-mono">{value}</span>
              <span className="font-medium tabular-nums">
                {countNumber(count)} <span className="sr-only">{count === 1 ? "event" : "events"}</span>
              </span>
            </Choice>
          </li>
        ))}
        {addresses && (facet?.more || addresses.length > ADDRESSES_SHOWN) && (
          <li className="self-center text-xs text-muted-foreground">
            and more: filter for a range such as 203.0.113.0/24
          </li>
        )}
      </ul>
    </Panel>
  );
}

/** Opens the first rows, as somebody would by pressing their buttons. */
function openRows(): void {
  const closed = document.querySelectorAll<HTMLElement>("[data-slot=expand][aria-expanded=false]");
  for (const button of [...closed].slice(0, OPENED_MAX)) button.click();
}

function withoutResource({ resource_id: _id, resource_type: _type, ...others }: Filters): Filters {
  return others;
}

/** A resource that is followed: its changes as rows below. */
function OneResource({ state, id, rows }: { state: FilterState; id: string; rows: number }) {
  const { action: _action, ...everything } = state.filters;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="mr-auto min-w-0 text-sm">
        <span className="font-mono text-xs break-all">
          <VisibleText value={clip(id, 64)} />
        </span>
        , newest change first
      </p>
      <Button variant="outline" size="small" disabled={rows === 0} onClick={openRows}>
        Open {rows > OPENED_MAX ? `the first ${OPENED_MAX}` : "all"} changes
      </Button>
      <Button variant="outline" size="small" onClick={() => state.setAll(everything)}>
        Everything done to it
      </Button>
      <Button variant="outline" size="small" onClick={() => state.setAll(withoutResource(state.filters))}>
        Another resource
      </Button>
    </div>
  );
}

/** Which resource: one that stands among the rows, or one whose id is known. */
function WhichResource({ state, events }: { state: FilterState; events: readonly LoggedEvent[] }) {
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const id = input.current?.value.trim() ?? "";
    if (id !== "") state.set("resource_id", [id]);
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <ul aria-label="Resources" className="flex min-h-7 min-w-0 flex-wrap gap-1.5">
        {suggestedResources(events, RESOURCES_SHOWN).map(({ type, id, name, changes }) => (
          <li key={JSON.stringify([type, id])} className="max-w-full">
            <Choice
              pressed={false}
              onPress={() => state.setAll({ ...state.filters, resource_id: [id], resource_type: type })}
            >
              <span className="text-muted-foreground">
                <VisibleText value={clip(type, 24)} />
              </span>
              <span className="max-w-48 truncate font-medium">
                <VisibleText value={name ?? truncateId(id)} />
              </span>
              <span className="tabular-nums">
                {changes} <span className="sr-only">of the rows shown</span>
              </span>
            </Choice>
          </li>
        ))}
      </ul>
      <form onSubmit={submit} className="flex gap-2">
        <Input
          ref={input}
          aria-label="Resource ID to follow"
          placeholder="or its resource ID"
          maxLength={FREE_TEXT_MAX}
          autoComplete="off"
          className="h-7 w-48 text-xs max-lg:h-11"
        />
        <Button type="submit" variant="outline" size="small">
          Follow
        </Button>
      </form>
    </div>
  );
}

interface StoryPanelProps {
  readonly state: FilterState;
  readonly query: URLSearchParams;
  /** The rows that are shown. */
  readonly events: readonly LoggedEvent[];
  /** They are those of earlier filters still. */
  readonly stale: boolean;
}

/** What the next step is, where the filters tell what somebody is about. */
export default function StoryPanel({ state, query, events, stale }: StoryPanelProps) {
  const { filters } = state;
  if (storyOf(filters) === "failed_logins") return <Addresses state={state} query={query} />;
  const { resource_id: [id] = [] } = filters;
  return (
    <Panel
      title="Changes of a resource over time"
      intro={
        id === undefined
          ? "Choose the resource to follow. Counted among the rows shown."
          : "Expand a row to compare before and after."
      }
    >
      {id === undefined ? (
        <WhichResource state={state} events={events} />
      ) : (
        <OneResource state={state} id={id} rows={stale ? 0 : events.length} />
      )}
    </Panel>
  );
}
