import { Ban, Check, Minus, Search } from "lucide-react";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import type { Facet } from "../../../api/facets.ts";
import { countWords } from "../../../text/count-text.ts";
import { cn } from "../../../ui/cn.ts";
import { useLogAccess } from "../../log-access.ts";
import { CountMark } from "../card/count-mark.tsx";
import { useActiveOption } from "../card/use-active-option.ts";
import { showsAction } from "../within.ts";
import {
  type ActionChoice,
  type ActionGroup,
  actionGroups,
  type ChoiceState,
  choiceState,
  matchingGroups,
  toggled,
} from "./action-choices.ts";

interface ActionListProps {
  readonly facet: Facet | undefined;
  readonly selected: readonly string[];
  readonly onChange: (selected: readonly string[]) => void;
  readonly onDone: () => void;
}

const ALL: ActionChoice = { value: "", count: undefined };

function Box({ state }: { state: ChoiceState }) {
  return (
    <span
      className={cn(
        "flex size-4 items-center justify-center rounded-[4px] border border-input group-hover/box:border-foreground",
        state === "included" && "border-primary bg-primary text-primary-foreground",
        state === "excluded" && "border-failure text-failure",
      )}
    >
      {state === "included" && <Check className="size-3" strokeWidth={3} />}
      {state === "excluded" && <Minus className="size-3" strokeWidth={3} />}
    </span>
  );
}

interface OptionProps {
  readonly choice: ActionChoice;
  readonly id: string;
  readonly active: boolean;
  /** Of "All actions": included when nothing is chosen. */
  readonly state: ChoiceState;
  readonly onPoint: () => void;
  /** This and no other. */
  readonly onOnly: () => void;
  readonly onToggle: (as: "included" | "excluded") => void;
}

/**
 * Its text chooses it alone, its box adds it, its minus excludes it. Box and minus are the pointer's way to what Space and − do:
 * inside an option there can be nothing that takes the focus.
 */
function Option({ choice: { value, count }, id, active, state, onPoint, onOnly, onToggle }: OptionProps) {
  const all = value === "";
  const click = (event: MouseEvent) => {
    const hit = event.target instanceof Element ? event.target.closest("[data-hit]") : null;
    const as = hit?.getAttribute("data-hit");
    if (!all && (as === "included" || as === "excluded")) onToggle(as);
    else onOnly();
  };
  const words = [state === "excluded" && "excluded", countWords(count)].filter(Boolean).join(", ");
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list's text field has the focus and takes the keys.
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={state === "included"}
      aria-description={words || undefined}
      onPointerDown={(event) => event.preventDefault()}
      onPointerMove={onPoint}
      onClick={click}
      className={cn(
        "group/option flex min-h-8 cursor-pointer items-stretch rounded-md pr-2 text-sm select-none max-lg:min-h-11",
        active && "bg-accent",
      )}
    >
      <span
        aria-hidden
        data-hit={all ? undefined : "included"}
        className="group/box flex w-8 shrink-0 items-center justify-center max-lg:w-11"
      >
        {all ? state === "included" && <Check className="size-3.5" /> : <Box state={state} />}
      </span>
      <span className={cn("truncate self-center", state === "excluded" && "text-muted-foreground line-through")}>
        {all ? "All actions" : value}
      </span>
      <span className="ml-auto flex items-center">
        <CountMark count={count} />
        {!all && (
          <span
            aria-hidden
            data-hit="excluded"
            title="Exclude"
            className={cn(
              "ml-1 flex size-6 items-center justify-center rounded-sm text-muted-foreground opacity-0 group-hover/option:opacity-100 hover:bg-failure-surface hover:text-failure max-lg:size-11 max-lg:opacity-100",
              (active || state === "excluded") && "opacity-100",
              state === "excluded" && "text-failure",
            )}
          >
            <Ban className="size-3.5" />
          </span>
        )}
      </span>
    </div>
  );
}

function Keys() {
  const keys = [
    ["↵", "only this"],
    ["Space", "add"],
    ["−", "exclude"],
  ];
  return (
    <p className="flex gap-3 border-t border-border px-3 py-2 text-xs text-muted-foreground max-lg:hidden">
      {keys.map(([key, what]) => (
        <span key={key} className="whitespace-nowrap">
          <kbd className="mr-1 rounded-sm border border-border bg-muted px-1 font-sans text-[0.6875rem]">{key}</kbd>
          {what}
        </span>
      ))}
    </p>
  );
}

interface SectionsProps {
  readonly sections: readonly ActionGroup[];
  readonly selected: readonly string[];
  readonly options: ReturnType<typeof useActiveOption>;
  readonly onOnly: (choice: ActionChoice) => void;
  readonly onToggle: (choice: ActionChoice, as: "included" | "excluded") => void;
}

function Sections({ sections, selected, options, onOnly, onToggle }: SectionsProps) {
  let place = -1;
  return sections.map(({ label, choices: inGroup }) => (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no group of options.
    <div
      key={label}
      role="group"
      aria-label={label || "Every action"}
      className="not-first:mt-1 not-first:border-t not-first:border-border not-first:pt-1"
    >
      {label && (
        <div aria-hidden className="px-2 pt-1 pb-0.5 text-xs font-medium text-muted-foreground">
          {label}
        </div>
      )}
      {inGroup.map((choice) => {
        place += 1;
        const index = place;
        const state =
          choice.value === "" ? (selected.length === 0 ? "included" : undefined) : choiceState(selected, choice.value);
        return (
          <Option
            key={choice.value}
            choice={choice}
            id={options.optionId(index)}
            active={index === options.active}
            state={state}
            onPoint={() => options.setActive(index)}
            onOnly={() => onOnly(choice)}
            onToggle={(as) => onToggle(choice, as)}
          />
        );
      })}
    </div>
  ));
}

interface FindActionProps {
  readonly text: string;
  readonly options: ReturnType<typeof useActiveOption>;
  readonly onText: (text: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The text field over the list. It has the focus, and takes the keys of the list. */
function FindAction({ text, options, onText, onKeyDown }: FindActionProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // By finger the list is what one wants, not a keyboard over it.
    if (!window.matchMedia("(pointer: coarse)").matches) field.current?.focus();
  }, []);
  return (
    <div className="relative border-b border-border">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-3.5 -translate-y-1/2 text-muted-foreground"
      />
      <input
        ref={field}
        role="combobox"
        aria-label="Find an action"
        aria-expanded
        aria-autocomplete="list"
        aria-controls={options.listId}
        aria-activedescendant={options.activeId}
        aria-description="Enter chooses only this one, Space adds it, minus excludes it"
        placeholder="Find an action"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          onText(event.target.value);
          options.reset();
        }}
        onKeyDown={onKeyDown}
        className="h-9 w-full rounded-t-lg bg-transparent pr-3 pl-9 text-sm outline-none placeholder:text-muted-foreground max-lg:h-11 max-lg:text-[1rem]"
      />
    </div>
  );
}

function NoneFound() {
  return (
    <div role="option" aria-selected={false} aria-disabled tabIndex={-1} className="p-3 text-sm text-muted-foreground">
      No action has this in its name.
    </div>
  );
}

export default function ActionList({ facet, selected, onChange, onDone }: ActionListProps) {
  const [text, setText] = useState("");
  const { fixed } = useLogAccess();
  const groups = matchingGroups(
    actionGroups(facet, selected, (action) => showsAction(fixed, action)),
    text,
  );
  const searching = text.trim() !== "";
  const sections = searching ? groups : [{ label: "", choices: [ALL] }, ...groups];
  const choices = sections.flatMap((section) => section.choices);
  const options = useActiveOption(choices.length, { first: "first" });
  const only = ({ value }: ActionChoice) => {
    onChange(value === "" ? [] : [value]);
    onDone();
  };
  const toggle = ({ value }: ActionChoice, as: "included" | "excluded") => {
    if (value !== "") onChange(toggled(selected, value, as));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const choice = choices[options.active];
    if (options.onMoveKey(event) || choice === undefined) return;
    // A minus is typed only where it leads to something: some actions have one in their name.
    const leads = choices.some(({ value }) => value.includes(`${text}-`));
    if (event.key === "Enter") only(choice);
    else if (event.key === " ") toggle(choice, "included");
    else if (event.key === "-" && !leads) toggle(choice, "excluded");
    else return;
    event.preventDefault();
  };
  return (
    <div className="flex flex-col">
      <FindAction text={text} options={options} onText={setText} onKeyDown={onKeyDown} />
      <div
        id={options.listId}
        role="listbox"
        aria-label="Actions"
        aria-multiselectable
        tabIndex={-1}
        className="h-[min(20.5rem,calc(var(--available-height)-5.5rem))] overflow-y-auto p-1 outline-none"
      >
        {choices.length === 0 && <NoneFound />}
        <Sections sections={sections} selected={selected} options={options} onOnly={only} onToggle={toggle} />
      </div>
      <Keys />
    </div>
  );
}
