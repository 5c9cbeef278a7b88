import { Suspense, useEffect, useState } from "react";
import { lazyPart } from "../../../shell/lazy-part.tsx";
import { truncateId } from "../../../text/truncate.ts";
import { Field, Input } from "../../../ui/field.tsx";
import { SETTLED_AFTER_MS } from "../card/text-filter.tsx";
import { useActiveOption } from "../card/use-active-option.ts";
import { FREE_TEXT_MAX } from "../filters.ts";
import type { FilterState } from "../use-filters.ts";
import { usePeople, usePerson, useResolvePerson } from "./use-people.ts";

const Offered = lazyPart(() => import("./offered.tsx"));

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
              Offered.preload();
              event.target.select();
            }}
            onClick={() => setOpen(true)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && listed) {
                // The list is the topmost thing; what it is in stays open.
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
          <Suspense>{listed && <Offered people={people} options={options} onChoose={(id) => take([id])} />}</Suspense>
        </div>
      )}
    </Field>
  );
}
