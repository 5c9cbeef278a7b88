import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

interface TabsProps<Value extends string> {
  /** Names the list of tabs. */
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly tabs: readonly { readonly value: Value; readonly label: string; readonly panel: ReactNode }[];
  /** Is at the end of the line of tabs. */
  readonly beside?: ReactNode;
}

/** Where a key leads, from one of so many tabs. */
const TARGETS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowRight: (at, count) => (at + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Several views of one thing, of which one is drawn; arrow keys go between them.
 *
 * Not Base UI's: those read their places as they appear and are drawn twice, which every row that opens would wait for.
 */
export function Tabs<Value extends string>({ label, value, onChange, tabs, beside }: TabsProps<Value>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const chosen = tabs.findIndex((tab) => tab.value === value);
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.ctrlKey || event.altKey || event.metaKey ? undefined : TARGETS[event.key];
    if (target === undefined) return;
    event.preventDefault();
    const next = target(chosen, tabs.length);
    const tab = list.current?.children[next];
    if (tab instanceof HTMLElement) tab.focus();
    if (tabs[next] !== undefined) onChange(tabs[next].value);
  };
  return (
    <div className="flex min-w-0 flex-col">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <div ref={list} role="tablist" aria-label={label} data-slot="tabs" className="-ml-2 flex" onKeyDown={onKeyDown}>
          {tabs.map((tab, at) => (
            <button
              key={tab.value}
              type="button"
              role="tab"
              id={`${id}${tab.value}`}
              aria-selected={at === chosen}
              aria-controls={at === chosen ? `${id}panel` : undefined}
              tabIndex={at === chosen ? 0 : -1}
              onClick={() => onChange(tab.value)}
              className="h-7 cursor-pointer rounded-md px-2 text-xs font-medium text-muted-foreground hover:text-foreground aria-selected:text-foreground aria-selected:underline aria-selected:decoration-2 aria-selected:underline-offset-[5px] max-lg:h-11 max-lg:px-3"
            >
              {tab.label}
            </button>
          ))}
        </div>
        {beside}
      </div>
      <div
        key={value}
        role="tabpanel"
        id={`${id}panel`}
        aria-labelledby={`${id}${value}`}
        tabIndex={-1}
        className="min-w-0 outline-none"
      >
        {tabs[chosen]?.panel}
      </div>
    </div>
  );
}
