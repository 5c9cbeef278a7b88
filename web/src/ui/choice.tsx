import { Check } from "lucide-react";
import type { ComponentType, ReactNode } from "react";

/** Room for the mark before each choice. @param Indicator draws what is in it beside the chosen one alone. */
export function ChoiceMark({ Indicator }: { Indicator: ComponentType<{ children: ReactNode }> }) {
  return (
    <span className="flex size-4 shrink-0 items-center">
      <Indicator>
        <Check aria-hidden className="size-3.5" />
      </Indicator>
    </span>
  );
}
