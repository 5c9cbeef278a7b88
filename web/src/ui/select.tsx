import { Select as Base } from "@base-ui/react/select";
import { ChevronsUpDown } from "lucide-react";
import { ChoiceMark, choiceItemClass, choicePopupClass, choiceTriggerClass } from "./choice.tsx";
import { cn } from "./cn.ts";
import type { FieldControl } from "./field.tsx";

export interface SelectGroup {
  /** Undefined for choices that need no heading. */
  readonly label: string | undefined;
  readonly choices: readonly { value: string; label: string }[];
}

interface SelectProps {
  readonly control: FieldControl;
  readonly value: string;
  readonly disabled?: boolean;
  readonly groups: readonly SelectGroup[];
  readonly onChange: (value: string) => void;
  /** Called when somebody is about to open it. */
  readonly onApproach?: () => void;
}

function Choice({ value, label }: { value: string; label: string }) {
  return (
    <Base.Item value={value} className={choiceItemClass}>
      <ChoiceMark Indicator={Base.ItemIndicator} />
      <Base.ItemText className="truncate">{label}</Base.ItemText>
    </Base.Item>
  );
}

export function Select({ control, value, disabled = false, groups, onChange, onApproach }: SelectProps) {
  const items = groups.flatMap((group) => group.choices);
  return (
    <Base.Root
      items={items}
      value={value}
      disabled={disabled}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Base.Trigger
        {...control}
        data-slot="select"
        onFocus={onApproach}
        onPointerEnter={onApproach}
        className={choiceTriggerClass}
      >
        <Base.Value className="truncate" />
        <Base.Icon>
          <ChevronsUpDown aria-hidden className="size-3.5 text-muted-foreground" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={6} alignItemWithTrigger={false} className="z-50">
          <Base.Popup data-slot="select-popup" className={cn(choicePopupClass, "min-w-(--anchor-width)")}>
            <Base.List className="max-h-[min(24rem,var(--available-height))] overflow-y-auto p-1 outline-none">
              {groups.map(({ label, choices }) => (
                <Base.Group
                  key={label ?? ""}
                  className="not-first:mt-1 not-first:border-t not-first:border-border not-first:pt-1"
                >
                  {label && (
                    <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-xs font-medium text-muted-foreground">
                      {label}
                    </Base.GroupLabel>
                  )}
                  {choices.map((choice) => (
                    <Choice key={choice.value} {...choice} />
                  ))}
                </Base.Group>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
