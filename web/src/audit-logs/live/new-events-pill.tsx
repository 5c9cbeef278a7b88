import { ArrowUp } from "lucide-react";
import { countNumber } from "../../text/count-text.ts";
import { Button } from "../../ui/button.tsx";
import { goToEvents } from "../commands/commands.ts";
import type { LiveState } from "./use-live.ts";

/** Over the first row in view: what came while somebody reads. It takes no room, so that nothing moves for it. */
export function NewEventsPill({ live: { waiting, release } }: { live: LiveState }) {
  if (waiting === 0) return null;
  const show = () => {
    release();
    const list = document.querySelector("[data-slot=log-rows]");
    list?.scrollIntoView({ block: "start" });
    // The button goes away with what it was for.
    requestAnimationFrame(goToEvents);
  };
  return (
    <div className="pointer-events-none sticky top-0 z-20 flex h-0 justify-center">
      <Button
        data-slot="new-events"
        size="small"
        className="pointer-events-auto mt-11 rounded-full px-3 shadow-lg shadow-black/15 max-lg:mt-3"
        onClick={show}
      >
        {countNumber(waiting)} new {waiting === 1 ? "event" : "events"} <ArrowUp aria-hidden className="size-3.5!" />
      </Button>
    </div>
  );
}
