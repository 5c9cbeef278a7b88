import { CircleAlert, CircleCheck, CirclePause, CircleSlash, Clock, type LucideIcon } from "lucide-react";
import type { Stream } from "../api/streams.ts";
import { visibleText } from "../text/visible.ts";
import { cn } from "../ui/cn.ts";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";

type Health = Stream["state"]["health"];

const SHOWN: Readonly<Record<Health, { label: string; icon: LucideIcon; className: string }>> = {
  ok: { label: "OK", icon: CircleCheck, className: "text-added" },
  delayed: { label: "Delayed", icon: Clock, className: "text-failure" },
  failing: { label: "Failing", icon: CircleAlert, className: "text-failure" },
  disabled: { label: "Disabled by receiver", icon: CircleSlash, className: "text-failure" },
  paused: { label: "Paused", icon: CirclePause, className: "text-muted-foreground" },
};

/** How a stream is: a word and a sign, and why where it is not well. */
export function StreamHealth({ stream }: { stream: Stream }) {
  const { health, failing_since, last_error } = stream.state;
  const { label, icon: Icon, className } = SHOWN[health];
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className={cn("flex items-center gap-1.5 font-medium", className)}>
        <Icon aria-hidden className="size-4 shrink-0" />
        {label}
        {failing_since !== null && (
          <span className="font-normal">
            {" "}
            first failed <When instant={failing_since} />
          </span>
        )}
      </span>
      {last_error !== null && (
        <span
          title={visibleText(last_error)}
          className="line-clamp-2 text-xs text-muted-foreground [overflow-wrap:anywhere] max-lg:line-clamp-6"
        >
          <VisibleText value={last_error} />
        </span>
      )}
    </span>
  );
}
