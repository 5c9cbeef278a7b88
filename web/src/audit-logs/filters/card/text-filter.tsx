import { useEffect, useState } from "react";
import type { FacetValue } from "../../../api/facets.ts";
import { countWords } from "../../../text/count-text.ts";
import { cn } from "../../../ui/cn.ts";
import { type FieldControl, Input } from "../../../ui/field.tsx";
import { VisibleText } from "../../../ui/visible-text.tsx";
import { type FilterName, FREE_TEXT_MAX } from "../filters.ts";
import { CountMark } from "./count-mark.tsx";
import { useActiveOption } from "./use-active-option.ts";
import { type OnText, useDraft } from "./use-draft.ts";

export const SETTLED_AFTER_MS = 300;
const SUGGESTIONS_MAX = 12;

interface SuggestionsProps {
  readonly offered: readonly FacetValue[];
  readonly chosen: string;
  readonly options: ReturnType<typeof useActiveOption>;
  readonly onChoose: (text: string) => void;
}

function Suggestions({ offered, chosen, options, onChoose }: SuggestionsProps) {
  return (
    <div
      id={options.listId}
      role="listbox"
      aria-label="Suggestions"
      className="absolute inset-x-0 top-full z-50 mt-1.5 max-h-72 min-w-48 overflow-y-auto rounded-lg border border-border bg-popover p-1 shadow-lg shadow-black/10"
    >
      {offered.map(({ value: text, count }, index) => (
        <div
          key={text}
          id={options.optionId(index)}
          role="option"
          aria-selected={text === chosen}
          aria-description={countWords(count)}
          tabIndex={-1}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => options.setActive(index)}
          onClick={() => onChoose(text)}
          onKeyDown={(event) => event.key === "Enter" && onChoose(text)}
          className={cn(
            "flex min-h-8 cursor-pointer items-center rounded-md px-2 py-1 text-sm max-lg:min-h-11",
            index === options.active && "bg-accent",
          )}
        >
          <span className="truncate">
            <VisibleText value={text} />
          </span>
          <CountMark count={count} />
        </div>
      ))}
    </div>
  );
}

interface TextFilterProps {
  readonly name: FilterName;
  readonly control: FieldControl;
  readonly value: string;
  readonly onChange: OnText;
  readonly placeholder: string;
  /** What there is, most frequent first; any other text may be given as well. */
  readonly suggestions: readonly FacetValue[];
  /** Whether they are wanted, or no more. */
  readonly onWanted: (wanted: boolean) => void;
}

/** A text that becomes a filter once the typing pauses, or at Enter; what the data holds is suggested. */
export function TextFilter({ name, control, value, onChange, placeholder, suggestions, onWanted }: TextFilterProps) {
  const { draft, setDraft, commit, begin } = useDraft(value, onChange);
  const [open, setOpen] = useState(false);
  const wanted = draft.trim().toLowerCase();
  const offered = suggestions.filter((one) => one.value.toLowerCase().includes(wanted)).slice(0, SUGGESTIONS_MAX);
  const useful = offered.length > 0 && !(offered.length === 1 && offered[0]?.value === draft);
  const shown = open && useful;
  const options = useActiveOption(offered.length, { first: "none" });
  useEffect(() => {
    if (draft === value) return;
    const timer = setTimeout(() => commit(draft), SETTLED_AFTER_MS);
    return () => clearTimeout(timer);
  });
  const close = () => {
    setOpen(false);
    options.reset();
  };
  const choose = (text: string) => {
    setDraft(text);
    commit(text);
    close();
  };
  return (
    <div className="relative">
      <Input
        {...control}
        data-filter={name}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={shown ? options.listId : undefined}
        aria-activedescendant={shown ? options.activeId : undefined}
        value={draft}
        placeholder={placeholder}
        maxLength={FREE_TEXT_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setDraft(event.target.value);
          setOpen(true);
          options.reset();
        }}
        onFocus={() => {
          onWanted(true);
          begin();
        }}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && shown) {
            // The list is the topmost thing; what it is in stays open.
            event.stopPropagation();
            event.preventDefault();
            close();
          } else if (event.key === "Escape") {
            // It may close what this is in: what was typed until now holds.
            commit(draft);
          } else if (event.key === "Enter") {
            const chosen = shown ? offered[options.active] : undefined;
            if (chosen === undefined) commit(draft);
            else choose(chosen.value);
            close();
          } else if (event.key === "ArrowDown" && !shown) {
            event.preventDefault();
            setOpen(true);
          } else if (shown) options.onMoveKey(event);
        }}
        onBlur={() => {
          commit(draft);
          close();
          onWanted(false);
        }}
      />
      {shown && <Suggestions offered={offered} chosen={value} options={options} onChoose={choose} />}
    </div>
  );
}
