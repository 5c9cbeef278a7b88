import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

interface TabsProps<Value extends string> {
  /** Names the list of tabs. */
  readonly label: string;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  readonly tabs: readonly { readonly value: Value; readonly label: string; readonly panel: ReactNode }[];
  /** Is at the end of the line of tabs. */
  readonly beside?: ReactNode;
}

/** Several views of one thing, of which one is drawn; arrow keys go between them. */
export function Tabs<Value extends string>({ label, value, onChange, tabs, beside }: TabsProps<Value>) {
  return (
    <Base.Root value={value} onValueChange={onChange} className="flex min-w-0 flex-col">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <Base.List aria-label={label} data-slot="tabs" className="-ml-2 flex" activateOnFocus>
          {tabs.map((tab) => (
            <Base.Tab
              key={tab.value}
              value={tab.value}
              className="h-7 cursor-pointer rounded-md px-2 text-xs font-medium text-muted-foreground hover:text-foreground data-active:text-foreground data-active:underline data-active:decoration-2 data-active:underline-offset-[5px] max-lg:h-11 max-lg:px-3"
            >
              {tab.label}
            </Base.Tab>
          ))}
        </Base.List>
        {beside}
      </div>
      {tabs.map((tab) => (
        <Base.Panel key={tab.value} value={tab.value} tabIndex={-1} className="min-w-0 outline-none">
          {tab.panel}
        </Base.Panel>
      ))}
    </Base.Root>
  );
}
