import { Select as Base } from "@base-ui/react/select";
import { ChevronsUpDown } from "lucide-react";
import { ChoiceMark } from "./choice.tsx";
import { choiceItemClass, choicePopupClass, choiceTriggerClass } from "./choice-class.ts";
import { cn } from "./cn.ts";
import type { FieldControl } from "./field.tsx";

interface SelectChoice<Value extends string = string> {
  readonly value: Value;
  readonly label: string;
}

interface SelectProps<Value extends string> {
  readonly control: FieldControl;
  readonly value: Value;
  readonly disabled?: boolean;
  readonly choices: readonly SelectChoice<Value>[];
  readonly onChange: (value: Value) => void;
}

function Choice({ value, label }: SelectChoice) {
  return (
    <Base.Item value={value} className={choiceItemClass}>
      <ChoiceMark Indicator={Base.ItemIndicator} />
      <Base.ItemText className="truncate">{label}</Base.ItemText>
    </Base.Item>
  );
}

export function Select<Value extends string>({
  control,
  value,
  disabled = false,
  choices,
  onChange,
}: SelectProps<Value>) {
  return (
    <Base.Root
      items={choices}
      value={value}
      disabled={disabled}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Base.Trigger {...control} data-slot="select" className={choiceTriggerClass}>
        <Base.Value className="truncate" />
        <Base.Icon>
          <ChevronsUpDown aria-hidden className="size-3.5 text-muted-foreground" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} alignItemWithTrigger={false} className="z-50">
          <Base.Popup data-slot="select-popup" className={cn(choicePopupClass, "min-w-(--anchor-width)")}>
            <Base.List className="max-h-[min(24rem,var(--available-height))] overflow-y-auto p-1 outline-none">
              {choices.map((choice) => (
                <Choice key={choice.value} {...choice} />
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
