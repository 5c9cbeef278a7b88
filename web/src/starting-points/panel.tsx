import type { ReactNode } from "react";
import { Card } from "../ui/card.tsx";
import { cn } from "../ui/cn.ts";

interface PanelProps {
  readonly title: string;
  readonly intro: string;
  readonly children: ReactNode;
}

/** The next step of a starting point, above the rows it is about. */
export function Panel({ title, intro, children }: PanelProps) {
  return (
    <Card className="flex flex-col gap-2.5 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-sm font-semibold">{title}</h2>
        <p className="text-xs text-pretty text-muted-foreground">{intro}</p>
      </div>
      {children}
    </Card>
  );
}

interface ChoiceProps {
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

/** One of several to look at alone. */
export function Choice({ pressed, onPress, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onPress}
      className={cn(
        "flex h-7 max-w-full cursor-pointer items-center gap-2 rounded-md border border-border px-2 text-xs hover:bg-accent max-lg:h-11 max-lg:px-3 max-lg:text-sm",
        pressed && "border-ring bg-accent",
      )}
    >
      {children}
    </button>
  );
}
