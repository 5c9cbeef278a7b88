import { Combobox as Base } from "@base-ui/react/combobox";
import { Check, ChevronsUpDown } from "lucide-react";
import { cn } from "./cn.ts";
import { type FieldControl, inputClass } from "./field.tsx";

export interface ComboboxChoice {
  readonly value: string;
  readonly label: string;
}

interface ComboboxProps {
  readonly control: FieldControl;
  readonly value: ComboboxChoice;
  readonly choices: readonly ComboboxChoice[];
  readonly onChange: (choice: ComboboxChoice) => void;
}

/** One of many, found by typing part of it. */
export function Combobox({ control, value, choices, onChange }: ComboboxProps) {
  return (
    <Base.Root
      items={choices}
      value={value}
      isItemEqualToValue={(one, other) => one.value === other.value}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Base.InputGroup data-slot="combobox" className="relative">
        <Base.Input
          {...control}
          className={cn(inputClass, "pr-10 max-lg:pr-12")}
          autoComplete="off"
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Base.Trigger
          aria-label="Show all"
          className="absolute inset-y-0 right-0 flex w-9 cursor-pointer items-center justify-center rounded-md text-muted-foreground hover:text-foreground max-lg:w-11"
        >
          <ChevronsUpDown aria-hidden className="size-3.5" />
        </Base.Trigger>
      </Base.InputGroup>
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-50 outline-none">
          <Base.Popup
            data-slot="combobox-popup"
            className="w-(--anchor-width) rounded-lg border border-border bg-popover shadow-lg shadow-black/10 outline-none"
          >
            <Base.Empty>
              <p className="px-3 py-3 text-sm text-muted-foreground">Nothing matches.</p>
            </Base.Empty>
            <Base.List className="max-h-[min(20rem,var(--available-height))] overflow-y-auto p-1 outline-none data-empty:p-0">
              {(choice: ComboboxChoice) => (
                <Base.Item
                  key={choice.value}
                  value={choice}
                  className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md py-1 pr-3 pl-2 text-sm outline-none select-none data-highlighted:bg-accent max-lg:min-h-11"
                >
                  <span className="flex size-4 shrink-0 items-center">
                    <Base.ItemIndicator>
                      <Check aria-hidden className="size-3.5" />
                    </Base.ItemIndicator>
                  </span>
                  <span className="truncate">{choice.label}</span>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
