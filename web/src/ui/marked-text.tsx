import { useContext, useMemo } from "react";
import { markedParts } from "../text/marked.ts";
import { SoughtContext } from "./sought.ts";
import { VisibleText } from "./visible-text.tsx";

/** Recorded text in which what is looked for stands out. */
export function MarkedText({ value }: { value: string }) {
  const sought = useContext(SoughtContext);
  const parts = useMemo(() => markedParts(value, sought), [value, sought]);
  if (parts.length === 1 && parts[0]?.marked === false) return <VisibleText value={value} />;
  return parts.map(({ at, text, marked }) =>
    marked ? (
      <mark key={at} className="rounded-xs bg-mark text-foreground">
        <VisibleText value={text} />
      </mark>
    ) : (
      <VisibleText key={at} value={text} />
    ),
  );
}
