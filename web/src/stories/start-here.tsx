import { X } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { type StoryProps, useStories } from "./use-stories.ts";

/** The starting points as a row of cards. */
export default function StartHere({ onCollapse, ...props }: StoryProps & { onCollapse: () => void }) {
  const stories = useStories(props);
  return (
    <section aria-label="Start here" className="flex h-13 items-center gap-3">
      {stories.map(({ name, title, summary, icon: Icon, active, begin }) => (
        <button
          key={name}
          type="button"
          aria-pressed={active}
          onClick={begin}
          className={cn(
            "flex h-full min-w-0 flex-1 cursor-pointer items-center gap-3 rounded-xl border border-border bg-card px-4 text-left transition-colors hover:bg-accent",
            active && "border-ring bg-accent",
          )}
        >
          <Icon aria-hidden className="size-4.5 shrink-0 text-muted-foreground" />
          <span className="min-w-0">
            <span className="block truncate text-sm leading-5 font-medium">{title}</span>
            <span className="block truncate text-xs leading-4 text-muted-foreground">{summary}</span>
          </span>
        </button>
      ))}
      <Button
        variant="ghost"
        size="inline"
        className="-mx-1.5"
        aria-label="Hide the starting points"
        title="Hide; they stay under “Start here”"
        onClick={onCollapse}
      >
        <X aria-hidden />
      </Button>
    </section>
  );
}
