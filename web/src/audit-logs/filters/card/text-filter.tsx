import type { FacetValue } from "../../../api/facets.ts";
import { countWords } from "../../../text/count-text.ts";
import { cn } from "../../../ui/cn.ts";
import { type FieldControl, Input } from "../../../ui/field.tsx";
import { VisibleText } from "../../../ui/visible-text.tsx";
import { type FilterName, FREE_TEXT_MAX } from "../filters.ts";
import { CountMark } from "./count-mark.tsx";
import type { useActiveOption } from "./use-active-option.ts";
import { type OnText, useCommitWhenSettled, useDraft } from "./use-draft.ts";
import { useFieldList } from "./use-field-list.ts";

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

/** What has the text in it. Nothing when that is the text alone: it would offer what is there. */
function offeredFor(draft: string, suggestions: readonly FacetValue[]): readonly FacetValue[] {
  const wanted = draft.trim().toLowerCase();
  const offered = suggestions.filter((one) => one.value.toLowerCase().includes(wanted)).slice(0, SUGGESTIONS_MAX);
  return offered.length === 1 && offered[0]?.value === draft ? [] : offered;
}

/** A text that becomes a filter once the typing pauses, or at Enter; what the data holds is suggested. */
export function TextFilter({ name, control, value, onChange, placeholder, suggestions, onWanted }: TextFilterProps) {
  const { draft, setDraft, commit, begin } = useDraft(value, onChange);
  const offered = offeredFor(draft, suggestions);
  const list = useFieldList(offered.length);
  useCommitWhenSettled(draft !== value, () => commit(draft));
  const choose = (text: string) => {
    setDraft(text);
    commit(text);
    list.close();
  };
  return (
    <div className="relative">
      <Input
        {...control}
        data-filter={name}
        {...list.control}
        value={draft}
        placeholder={placeholder}
        maxLength={FREE_TEXT_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setDraft(event.target.value);
          list.open();
          list.options.reset();
        }}
        onFocus={() => {
          onWanted(true);
          begin();
        }}
        onClick={list.open}
        onKeyDown={(event) => {
          if (list.onListKey(event)) return;
          // It may close what this is in: what was typed until now holds.
          if (event.key === "Escape") commit(draft);
          if (event.key !== "Enter") return;
          const chosen = list.shown ? offered[list.options.active] : undefined;
          choose(chosen?.value ?? draft);
        }}
        onBlur={() => {
          commit(draft);
          list.close();
          onWanted(false);
        }}
      />
      {list.shown && <Suggestions offered={offered} chosen={value} options={list.options} onChoose={choose} />}
    </div>
  );
}
