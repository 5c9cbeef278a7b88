import { Suspense, useEffect, useState } from "react";
import { lazyPart } from "../../../shell/lazy-part.tsx";
import { truncateId } from "../../../text/truncate.ts";
import { Field, Input } from "../../../ui/field.tsx";
import { SETTLED_AFTER_MS } from "../card/use-draft.ts";
import { useFieldList } from "../card/use-field-list.ts";
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

/** Who is chosen, and what is typed instead until it is finished. */
function useChosenUsers(state: FilterState) {
  const chosen = state.filters.actor_id ?? [];
  const [only] = chosen.length === 1 ? chosen : [];
  const person = usePerson(only, state);
  const name = only === undefined ? "" : (person?.name ?? person?.email ?? truncateId(only));
  /** Undefined while nothing is being typed. */
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState<string>();
  const resolve = useResolvePerson(state);
  const type = (text: string | undefined) => {
    setTyped(text);
    setFault(undefined);
  };
  const take = (ids: readonly string[]) => {
    setTyped(undefined);
    if (ids.join("\n") !== chosen.join("\n")) state.set("actor_id", ids);
  };
  /** @returns whether that says who. */
  const finish = async (text: string): Promise<boolean> => {
    const ids = text === "" ? [] : await resolve(text);
    if (ids === undefined) setFault("More than 5 users match: type more, or choose one");
    else take(ids);
    return ids !== undefined;
  };
  return { chosen, name, typed, fault, type, take, finish };
}

/** By whom: found by name, e-mail or id. What is not finished is taken back when the field is left. */
export function UserFilter({ state, query }: UserFilterProps) {
  const { chosen, name, typed, fault, type, take, finish } = useChosenUsers(state);
  const [wanted, setWanted] = useState(false);
  const found = usePeople(query, useSettled(typed ?? "").trim(), wanted);
  const people = found?.people ?? [];
  const list = useFieldList(people.length);
  const choose = (id: string) => {
    take([id]);
    list.close();
  };
  return (
    <Field label="User" error={fault}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            data-filter="actor_id"
            {...list.control}
            value={typed ?? name}
            placeholder={chosen.length > 1 ? `${chosen.length} users` : "Name, e-mail or ID"}
            maxLength={FREE_TEXT_MAX}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              type(event.target.value);
              list.open();
              list.options.reset();
            }}
            onFocus={(event) => {
              setWanted(true);
              Offered.preload();
              event.target.select();
            }}
            onClick={list.open}
            onKeyDown={(event) => {
              if (list.onListKey(event) || event.key !== "Enter") return;
              const active = list.shown ? people[list.options.active] : undefined;
              if (active !== undefined) choose(active.id);
              else if (typed !== undefined) void finish(typed.trim()).then((found) => found && list.close());
            }}
            onBlur={() => {
              // Nothing typed is taken for nobody; a part of a name is not finished.
              if (typed?.trim() === "" && chosen.length > 0) take([]);
              type(undefined);
              setWanted(false);
              list.close();
            }}
          />
          <Suspense>{list.shown && <Offered people={people} options={list.options} onChoose={choose} />}</Suspense>
        </div>
      )}
    </Field>
  );
}
