import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cn } from "../ui/cn.ts";
import { type FieldControl, Input } from "../ui/field.tsx";
import { FREE_TEXT_MAX } from "./filters.ts";

const SETTLED_AFTER_MS = 300;

interface TextFilterProps {
  readonly control: FieldControl;
  readonly value: string;
  /** @param options.replace true for what continues the same typing. */
  readonly onChange: (value: string, options: { replace: boolean }) => void;
  readonly placeholder: string;
  readonly search?: boolean;
}

/** A text that becomes a filter once the typing pauses, or at Enter. */
export function TextFilter({ control, value, onChange, placeholder, search = false }: TextFilterProps) {
  const [draft, setDraft] = useState(value);
  const [seen, setSeen] = useState(value);
  const [committed, setCommitted] = useState(value);
  const continuing = useRef(false);
  if (value !== seen) {
    setSeen(value);
    // Another hand than this field's changed the address: Back, or a cleared filter.
    if (value !== committed) setDraft(value);
    setCommitted(value);
  }
  const commit = () => {
    if (draft === value) return;
    setCommitted(draft);
    onChange(draft, { replace: continuing.current });
    continuing.current = true;
  };
  useEffect(() => {
    if (draft === value) return;
    const timer = setTimeout(commit, SETTLED_AFTER_MS);
    return () => clearTimeout(timer);
  });
  return (
    <div className="relative">
      {search && (
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
        />
      )}
      <Input
        {...control}
        type={search ? "search" : "text"}
        className={cn(search && "pl-9 [&::-webkit-search-cancel-button]:hidden")}
        value={draft}
        placeholder={placeholder}
        maxLength={FREE_TEXT_MAX}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={() => {
          continuing.current = false;
        }}
        onKeyDown={(event) => event.key === "Enter" && commit()}
        onBlur={commit}
      />
    </div>
  );
}
