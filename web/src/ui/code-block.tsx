import { CopyButton } from "./copy-button.tsx";

/** Something to be run or pasted elsewhere. */
export function CodeBlock({ label, code }: { label: string; code: string }) {
  return (
    <div className="w-full min-w-0 text-left">
      <div className="flex items-center justify-between">
        <span className="text-xs font-medium text-muted-foreground">{label}</span>
        <CopyButton value={code} label={label} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
        tabIndex={0}
        className="mt-1 overflow-x-auto rounded-lg border border-border bg-muted px-3.5 py-3 font-mono text-xs leading-5"
      >
        {code}
      </pre>
    </div>
  );
}
