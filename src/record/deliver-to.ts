import type { EventInput, Receipt } from "@daybook/sdk";
import { fieldsOf, readEvent } from "../event/index.ts";
import type { Recorder } from "./recorder.ts";

type OwnEvent = EventInput & { readonly tenant_id: string; readonly timestamp: string };

/**
 * Daybook's own events, recorded as delivered by itself. They are never refused for what a caller's would be: their ids are waited
 * for, and their time is the time they had when they were committed, whatever was done to the clock since.
 */
export function deliverTo(recorder: Recorder): (events: readonly OwnEvent[]) => Promise<Receipt[]> {
  return async (events) => {
    await recorder.decided();
    const recordings = events.map((event) => {
      const text = JSON.stringify(event);
      return {
        organization: event.tenant_id,
        source: { type: "daybook" } as const,
        event: fieldsOf(readEvent(text, JSON.parse(text), Date.parse(event.timestamp))),
      };
    });
    return recorder.recordAll(recordings);
  };
}
