import type { ReactNode } from "react";

export const BOX =
  "mt-1 max-h-72 min-h-16 overflow-auto rounded-lg border border-border bg-card px-3 py-2.5 font-mono text-xs";

/** Recorded text over several lines, in a box that scrolls. */
export function TextBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields.
    <div role="group" aria-label={label}>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
        tabIndex={0}
        className={`${BOX} leading-[1.125rem] whitespace-pre-wrap [overflow-wrap:anywhere]`}
      >
        {children}
      </pre>
    </div>
  );
}
