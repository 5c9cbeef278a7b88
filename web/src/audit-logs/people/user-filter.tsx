import { useEffect, useState } from "react";
import type { Person } from "../../api/people.ts";
import { truncateId } from "../../text/truncate.ts";
import { visibleText } from "../../text/visible.ts";
import { cn } from "../../ui/cn.ts";
import { Field, Input } from "../../ui/field.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { CountMark } from "../count-mark.tsx";
import { countWords } from "../count-text.ts";
import { FREE_TEXT_MAX } from "../filters.ts";
import { SETTLED_AFTER_MS } from "../text-filter.tsx";
import { useActiveOption } from "../use-active-option.ts";
import type { FilterState } from "../use-filters.ts";
import { usePeople, usePerson, useResolvePerson } from "./use-people.ts";

interface OfferedProps {
  readonly people: readonly Person[];
  readonly options: ReturnType<typeof useActiveOption>;
  readonly onChoose: (id: string) => void;
}

/** Name, e-mail and short id of each, with how many events they have: equal names are told apart by the rest. */
function Offered({ people, options, onChoose }: OfferedProps) {
  return (
    <div
      id={options.listId}
      role="listbox"
      aria-label="Users"
      className="absolute top-full left-0 z-50 mt-1.5 max-h-80 w-max max-w-[min(24rem,calc(100vw-2rem))] min-w-full overflow-y-auto rounded-lg border border-border bg-popover p-1 shadow-lg shadow-black/10"
    >
      {people.map(({ id, name, email, count }, index) => (
        <div
          key={id}
          id={options.optionId(index)}
          role="option"
          aria-selected={index === options.active}
          aria-description={countWords(count)}
          tabIndex={-1}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => options.setActive(index)}
          onClick={() => onChoose(id)}
          onKeyDown={(event) => event.key === "Enter" && onChoose(id)}
          className={cn(
            "flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2 py-1 text-sm leading-4 max-lg:min-h-11",
            index === options.active && "bg-accent",
          )}
        >
          <span className="min-w-0 flex-1">
            <span className="block truncate">
              <VisibleText value={name ?? email ?? id} />
            </span>
            <span className="flex gap-2 text-xs text-muted-foreground">
              {name !== undefined && email !== undefined && (
                <span className="truncate">
                  <VisibleText value={email} />
                </span>
              )}
              {(name ?? email) !== undefined && (
                <span className="shrink-0 font-mono text-[0.6875rem]" title={visibleText(id)}>
                  <VisibleText value={truncateId(id)} />
                </span>
              )}
            </span>
          </span>
          <CountMark count={count} />
        </div>
      ))}
    </div>
  );
}

/** A text that follows what is typed once the typing pauses. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

interface UserFilterProps {
  readonly state: FilterState;
  readonly query: URLSearchParams | undefined;
}

/** By whom: found by name, e-mail or id. What is not finished is taken back when the field is left. */
export function UserFilter({ state, query }: UserFilterProps) {
  const chosen = state.filters.actor_id ?? [];
  const [only] = chosen.length === 1 ? chosen : [];
  const person = usePerson(only, state);
  const shown = only === undefined ? "" : (person?.name ?? person?.email ?? truncateId(only));
  /** Undefined while nothing is being typed. */
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);
  const found = usePeople(query, useSettled(typed ?? "").trim(), wanted);
  const resolve = useResolvePerson(state);
  const people = found?.people ?? [];
  const listed = open && people.length > 0;
  const options = useActiveOption(people.length, { first: "none" });
  const close = () => {
    setOpen(false);
    options.reset();
  };
  const take = (ids: readonly string[]) => {
    setTyped(undefined);
    close();
    if (ids.join("\n") !== chosen.join("\n")) state.set("actor_id", ids);
  };
  const finish = async (text: string) => {
    if (text === "") return take([]);
    const ids = await resolve(text);
    if (ids === undefined) setFault("More than 5 users match: type more, or choose one");
    else take(ids);
  };
  return (
    <Field label="User" error={fault}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            data-filter="actor_id"
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={listed}
            aria-controls={listed ? options.listId : undefined}
            aria-activedescendant={listed ? options.activeId : undefined}
            value={typed ?? shown}
            placeholder={chosen.length > 1 ? `${chosen.length} users` : "Name, e-mail or ID"}
            maxLength={FREE_TEXT_MAX}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              setTyped(event.target.value);
              setFault(undefined);
              setOpen(true);
              options.reset();
            }}
            onFocus={(event) => {
              setWanted(true);
              event.target.select();
            }}
            onClick={() => setOpen(true)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && listed) {
                // The list is the topmost thing; what it stands in stays open.
                event.stopPropagation();
                event.preventDefault();
                close();
              } else if (event.key === "Enter") {
                const active = listed ? people[options.active] : undefined;
                if (active !== undefined) take([active.id]);
                else if (typed !== undefined) void finish(typed.trim());
              } else if (event.key === "ArrowDown" && !listed) {
                event.preventDefault();
                setOpen(true);
              } else if (listed) options.onMoveKey(event);
            }}
            onBlur={() => {
              // Nothing typed is taken for nobody; a part of a name is not finished.
              if (typed?.trim() === "" && chosen.length > 0) take([]);
              setTyped(undefined);
              setFault(undefined);
              setWanted(false);
              close();
            }}
          />
          {listed && <Offered people={people} options={options} onChoose={(id) => take([id])} />}
        </div>
      )}
    </Field>
  );
}
