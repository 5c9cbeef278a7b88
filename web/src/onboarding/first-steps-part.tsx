import { Suspense } from "react";
import { useLogAccess } from "../audit-logs/access.ts";
import type { EventsState } from "../audit-logs/use-events.ts";
import { lazyPart } from "../shell/lazy-part.tsx";
import { may } from "../shell/permissions.ts";
import { storedChoice } from "../ui/stored-choice.ts";
import { awaitsFirstEvent } from "./awaits-first-event.ts";

const FirstSteps = lazyPart(() => import("./first-steps.tsx"));
const firstSteps = storedChoice("daybook.first-steps", ["hidden"]);

interface FirstStepsPartProps {
  readonly events: EventsState;
  /** Something narrows the rows down: they are not all there is. */
  readonly filtered: boolean;
}

/** The first steps, where somebody can take them and they are still to be taken. */
export function FirstStepsPart({ events, filtered }: FirstStepsPartProps) {
  const access = useLogAccess();
  const hidden = firstSteps.use() === "hidden";
  const able = access.member !== undefined && may(access, "api_key.manage");
  if (hidden || filtered || !able || !awaitsFirstEvent(events)) return null;
  return (
    <Suspense>
      <FirstSteps events={events.events} onFirstEvent={events.refresh} onHide={() => firstSteps.set("hidden")} />
    </Suspense>
  );
}
