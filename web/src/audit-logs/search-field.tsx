import { Search } from "lucide-react";
import { useEffect } from "react";
import { type FieldControl, Input } from "../ui/field.tsx";
import { FREE_TEXT_MAX } from "./filters.ts";
import { type OnText, SETTLED_AFTER_MS, useDraft } from "./text-filter.tsx";
import { asTyped, type Meaning, readTokens, type Token } from "./tokens.ts";

interface SearchFieldProps {
  readonly control: FieldControl;
  readonly value: string;
  readonly meanings: ReadonlySet<Meaning>;
  readonly placeholder: string;
  readonly onChange: OnText;
  /** Tokens were finished, by a space, Enter or leaving the field. @param rest the text that is left. */
  readonly onTokens: (tokens: readonly Token[], rest: string) => void;
  readonly onFaults: (faults: readonly { text: string; reason: string }[]) => void;
}

/** The search box: words become the search once the typing pauses, tokens become filters once they are finished. */
export function SearchField(props: SearchFieldProps) {
  const { control, value, meanings, placeholder, onChange, onTokens, onFaults } = props;
  const { draft, setDraft, commit, begin } = useDraft(asTyped(value), (typed, options) =>
    onChange(readTokens(typed, meanings).rest, options),
  );
  /** Takes the finished tokens out of the text; a fault stays in it and is said. */
  const finish = (text: string) => {
    const { tokens, faults, rest } = readTokens(text, meanings);
    onFaults(faults);
    if (tokens.length > 0) {
      const left = faults.length === 0 ? asTyped(rest) : rest;
      setDraft(left);
      onTokens(tokens, faults.length === 0 ? rest : value);
    } else if (faults.length === 0) commit(text);
  };
  // Half a token is no word to look for: the text waits until it is finished.
  const reading = readTokens(draft, meanings);
  const plain = reading.tokens.length === 0 && reading.faults.length === 0 && !/(?:^|\s)-?[a-z]+:$/i.test(draft);
  useEffect(() => {
    if (!plain || draft === asTyped(value)) return;
    const timer = setTimeout(() => commit(draft), SETTLED_AFTER_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="relative">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
      />
      <Input
        {...control}
        data-filter="q"
        type="search"
        className="pl-9 [&::-webkit-search-cancel-button]:hidden"
        value={draft}
        placeholder={placeholder}
        maxLength={FREE_TEXT_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          const text = event.target.value;
          setDraft(text);
          onFaults([]);
          const before = readTokens(text.slice(0, -1), meanings);
          if (/\s$/.test(text) && before.tokens.length > 0) finish(text);
        }}
        onFocus={begin}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish(draft);
          // The browser would clear the field, and Escape never clears a filter.
          if (event.key === "Escape") event.preventDefault();
        }}
        onBlur={() => finish(draft)}
      />
    </div>
  );
}
