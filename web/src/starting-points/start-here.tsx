import { X } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { type StartingPointProps, useStartingPoints } from "./use-starting-points.ts";

/** The starting points as one line; what each is for is said under the pointer and to a screen reader. */
export default function StartHere({ onCollapse, ...props }: StartingPointProps & { onCollapse: () => void }) {
  const points = useStartingPoints(props);
  return (
    <section aria-label="Start here" className="flex h-8 items-center gap-2 @max-[56rem]:gap-1">
      <span aria-hidden className="shrink-0 text-xs text-muted-foreground @max-[56rem]:hidden">
        Start here
      </span>
      {points.map(({ name, title, summary, icon: Icon, active, begin }) => (
        <button
          key={name}
          type="button"
          aria-pressed={active}
          onClick={begin}
          title={summary}
          aria-description={summary}
          className={cn(
            "flex h-full min-w-0 cursor-pointer items-center gap-2 rounded-md border border-border bg-card px-2.5 @max-[56rem]:gap-1.5 @max-[56rem]:px-2 text-xs font-medium transition-colors hover:bg-accent",
            active && "border-ring bg-accent",
          )}
        >
          <Icon aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />
          <span className="truncate">{title}</span>
        </button>
      ))}
      <Button
        variant="ghost"
        size="inline"
        className="ml-auto"
        aria-label="Hide the starting points"
        title="Hide; they stay under “Start here”"
        onClick={onCollapse}
      >
        <X aria-hidden />
      </Button>
    </section>
  );
}
