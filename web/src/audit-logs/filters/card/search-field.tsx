import { Search } from "lucide-react";
import { useEffect, useRef } from "react";
import { type FieldControl, Input } from "../../../ui/field.tsx";
import type { Rewriting } from "../editing-context.ts";
import { FREE_TEXT_MAX } from "../filters.ts";
import { asTyped, type Meaning, readTokens, type Token } from "../tokens.ts";
import { type OnText, useCommitWhenSettled, useDraft } from "./use-draft.ts";

interface SearchFieldProps {
  readonly control: FieldControl;
  readonly value: string;
  readonly meanings: ReadonlySet<Meaning>;
  readonly placeholder: string;
  readonly onChange: OnText;
  /**
   * Tokens were finished, by a space, Enter or leaving the field. @param rest the text that is left.
   * @returns why they cannot be taken; undefined when they were.
   */
  readonly onTokens: (tokens: readonly Token[], rest: string) => string | undefined;
  readonly onFaults: (faults: readonly { text: string; reason: string }[]) => void;
  /** A token to be put beside the words, for writing it again. */
  readonly rewriting: Rewriting | undefined;
  /** It was finished, or left as it was. */
  readonly onRewritten: () => void;
}

/** The words and behind them the token, as they are in the field. */
function rewrittenText({ token, words }: Rewriting): string {
  return words === "" ? token : `${asTyped(words)} ${token}`;
}

/** Puts a token into the field, its value selected, when one is to be written again. */
function useRewriting(rewriting: Rewriting | undefined, draft: string, setDraft: (text: string) => void) {
  const input = useRef<HTMLInputElement>(null);
  const coming = useRef<Rewriting>(undefined);
  useEffect(() => {
    coming.current = rewriting;
    if (rewriting === undefined) return;
    setDraft(rewrittenText(rewriting));
    input.current?.focus();
  }, [rewriting, setDraft]);
  useEffect(() => {
    const { current } = coming;
    if (current === undefined || draft !== rewrittenText(current)) return;
    coming.current = undefined;
    const { length } = current.token.slice(current.token.indexOf(":") + 1);
    input.current?.setSelectionRange(draft.length - length, draft.length);
  });
  return input;
}

/** The text of the search box: words become the search once the typing pauses, tokens become filters once they are finished. */
function useSearchText({ value, meanings, onChange, onTokens, onFaults, rewriting, onRewritten }: SearchFieldProps) {
  const { draft, setDraft, commit, begin } = useDraft(asTyped(value), (typed, options) =>
    onChange(readTokens(typed, meanings).rest, options),
  );
  /** Takes the finished tokens out of the text; a fault stays in it and is said. */
  const finish = (text: string) => {
    const { tokens, faults, rest } = readTokens(text, meanings);
    onFaults(faults);
    if (rewriting !== undefined && text === rewrittenText(rewriting)) return leave();
    if (tokens.length > 0) {
      const refused = onTokens(tokens, faults.length === 0 ? rest : value);
      if (refused !== undefined) return onFaults([{ text, reason: refused }]);
      setDraft(faults.length === 0 ? asTyped(rest) : rest);
    } else if (faults.length === 0) commit(text);
    if (faults.length === 0) onRewritten();
  };
  const leave = () => {
    setDraft(asTyped(value));
    onRewritten();
  };
  // Half a token is no word to look for: the text waits until it is finished.
  const parsed = readTokens(draft, meanings);
  const plain = parsed.tokens.length === 0 && parsed.faults.length === 0 && !/(?:^|\s)-?[a-z]+:$/i.test(draft);
  useCommitWhenSettled(plain && draft !== asTyped(value), () => commit(draft));
  const type = (text: string) => {
    setDraft(text);
    onFaults([]);
    const before = readTokens(text.slice(0, -1), meanings);
    if (/\s$/.test(text) && before.tokens.length > 0) finish(text);
  };
  return { draft, setDraft, begin, type, finish, leave };
}

/** The search box: words and tokens, of which a finished one can be written again. */
export function SearchField(props: SearchFieldProps) {
  const { control, placeholder, rewriting } = props;
  const { draft, setDraft, begin, type, finish, leave } = useSearchText(props);
  const input = useRewriting(rewriting, draft, setDraft);
  return (
    <div className="relative">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
      />
      <Input
        {...control}
        ref={input}
        data-filter="q"
        type="search"
        className="pl-9 [&::-webkit-search-cancel-button]:hidden"
        value={draft}
        placeholder={placeholder}
        maxLength={FREE_TEXT_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => type(event.target.value)}
        onFocus={begin}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish(draft);
          // The browser would clear the field, and Escape never clears a filter.
          if (event.key === "Escape") {
            event.preventDefault();
            if (rewriting !== undefined) leave();
          }
        }}
        onBlur={() => finish(draft)}
      />
    </div>
  );
}
