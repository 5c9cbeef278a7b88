import { useEffect, useRef, useState } from "react";

/** So long after the last key, a text counts. */
export const SETTLED_AFTER_MS = 300;

/** @param options.replace true for what continues the same typing. */
export type OnText = (value: string, options: { replace: boolean }) => void;

/** A text as it is being typed, and the one it was last: another hand than this field's may change it too. */
export function useDraft(value: string, onChange: OnText) {
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
  const commit = (text: string) => {
    if (text === value) return;
    setCommitted(text);
    onChange(text, { replace: continuing.current });
    continuing.current = true;
  };
  const begin = () => {
    continuing.current = false;
  };
  return { draft, setDraft, commit, begin };
}

/** Commits what is typed once the typing pauses. @param waits whether there is something to commit. */
export function useCommitWhenSettled(waits: boolean, commit: () => void): void {
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(commit, SETTLED_AFTER_MS);
    return () => clearTimeout(timer);
  });
}
