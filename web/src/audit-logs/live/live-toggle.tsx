import { Radio } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { endedText, type LiveState } from "./use-live.ts";

/** What the stream does, in few words. */
function stateText({ stream, waiting }: LiveState): string {
  switch (stream?.phase) {
    case undefined:
      return "";
    case "connecting":
      return "Live: connecting";
    case "lost":
      return "Live: stream lost, reconnecting";
    case "ended":
      return endedText(stream.problem);
    case "open":
      if (stream.resumed) return "Live: stream resumed, nothing is missing";
      return waiting > 0 ? "Live: paused while you read" : "Live: new events appear as they come";
  }
}

const DOT = { connecting: "bg-caution", lost: "bg-caution", ended: "bg-failure", open: "bg-added" } as const;

/** New events as they come, on or off; the words beside the rows say how it goes. */
export function LiveToggle({ live, className }: { live: LiveState; className?: string }) {
  const { stream, hindrance, toggle } = live;
  const on = stream !== undefined;
  const unable = hindrance !== undefined;
  return (
    <Button
      variant="outline"
      data-key="live"
      className={cn("aria-pressed:bg-accent", className)}
      aria-pressed={on && !unable}
      aria-disabled={unable}
      title={hindrance ?? stateText(live)}
      aria-description={hindrance}
      onClick={() => unable || toggle()}
    >
      {stream === undefined ? (
        <Radio aria-hidden />
      ) : (
        <span aria-hidden className="flex size-4 items-center justify-center">
          <span
            className={cn("size-2 rounded-full", DOT[stream.phase], stream.phase !== "ended" && "animate-breathe")}
          />
        </span>
      )}
      Live
    </Button>
  );
}

/** How the stream does, beside the number of events: a line of its own would move the rows. */
export function LiveStatus({ live }: { live: LiveState }) {
  const { stream } = live;
  const tone =
    stream?.phase === "lost" ? "text-caution" : stream?.phase === "ended" ? "text-failure" : "text-muted-foreground";
  return (
    <span role="status" aria-label="Live" className={cn("min-w-0 truncate text-xs", tone)}>
      {stateText(live)}
    </span>
  );
}
