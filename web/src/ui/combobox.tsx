import { Combobox as Base } from "@base-ui/react/combobox";
import { ChevronsUpDown } from "lucide-react";
import { ChoiceMark } from "./choice.tsx";
import { choiceItemClass, choicePopupClass, choiceTriggerClass } from "./choice-class.ts";
import { cn } from "./cn.ts";
import { type FieldControl, inputClass } from "./field.tsx";

export interface ComboboxChoice {
  readonly value: string;
  readonly label: string;
}

interface ComboboxProps {
  readonly control: FieldControl;
  /** Names the field that narrows the list: "Find a time zone". */
  readonly searchLabel: string;
  readonly value: ComboboxChoice;
  readonly choices: readonly ComboboxChoice[];
  readonly onChange: (choice: ComboboxChoice) => void;
}

/** One of many, found by typing part of it into the list that opens. */
export function Combobox({ control, searchLabel, value, choices, onChange }: ComboboxProps) {
  return (
    <Base.Root
      items={choices}
      value={value}
      isItemEqualToValue={(one, other) => one.value === other.value}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Base.Trigger {...control} data-slot="combobox" className={choiceTriggerClass}>
        <span className="truncate">
          <Base.Value />
        </span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} align="start" className="z-50 outline-none">
          <Base.Popup
            data-slot="combobox-popup"
            aria-label={searchLabel}
            className={cn(choicePopupClass, "w-(--anchor-width)")}
          >
            <div className="border-b border-border p-1.5">
              <Base.Input
                aria-label={searchLabel}
                placeholder={searchLabel}
                autoComplete="off"
                spellCheck={false}
                className={inputClass}
              />
            </div>
            <Base.Empty>
              <p className="px-3 py-3 text-sm text-muted-foreground">Nothing matches.</p>
            </Base.Empty>
            <Base.List className="max-h-[min(18rem,calc(var(--available-height)-4rem))] overflow-y-auto p-1 outline-none data-empty:p-0">
              {(choice: ComboboxChoice) => (
                <Base.Item key={choice.value} value={choice} className={choiceItemClass}>
                  <ChoiceMark Indicator={Base.ItemIndicator} />
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
