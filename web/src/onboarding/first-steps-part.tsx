import { Suspense, useMemo } from "react";
import { eventsOf } from "../api/events.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import type { SlotProps } from "../audit-logs/slots.ts";
import { lazyPart } from "../shell/lazy-part.tsx";
import { may } from "../shell/permissions.ts";
import { storedChoice } from "../ui/stored-choice.ts";
import { awaitsFirstEvent } from "./awaits-first-event.ts";

const FirstSteps = lazyPart(() => import("./first-steps.tsx"));
const firstSteps = storedChoice("daybook.first-steps", ["hidden"]);

/** The first steps, where somebody can take them and they are still to be taken. */
export function FirstStepsPart({ tools, events }: SlotProps) {
  const access = useLogAccess();
  const own = useMemo(() => eventsOf(events.events), [events.events]);
  const hidden = firstSteps.use() === "hidden";
  const able = access.member !== undefined && may(access, "api_key.manage");
  // What narrows the rows down leaves open whether they are all there is.
  const filtered = tools.state.active.length > 0;
  if (hidden || filtered || !able || !awaitsFirstEvent({ ...events, events: own })) return null;
  return (
    <Suspense>
      <FirstSteps events={own} onFirstEvent={events.refresh} onHide={() => firstSteps.set("hidden")} />
    </Suspense>
  );
}
