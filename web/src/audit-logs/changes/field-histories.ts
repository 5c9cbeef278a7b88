import type { LoggedEvent } from "../../api/events.ts";
import { changesOf, type ShownChange } from "../detail/changes.ts";

/** One change of a field: by whom and when, the event says. */
export interface FieldChange extends Pick<ShownChange, "before" | "after"> {
  readonly event: LoggedEvent;
}

export interface FieldHistory {
  readonly path: string;
  /** In the order of the events. */
  readonly changes: readonly FieldChange[];
}

export interface Histories {
  /** In the order in which they were first changed. */
  readonly fields: readonly FieldHistory[];
  /** Events that do not say what they changed. */
  readonly withoutValues: readonly LoggedEvent[];
}

/** The events of a resource, taken apart by what they changed. @param events the oldest first. */
export function fieldHistories(events: readonly LoggedEvent[]): Histories {
  const fields = new Map<string, FieldChange[]>();
  const withoutValues: LoggedEvent[] = [];
  for (const event of events) {
    const changes = changesOf(event);
    if (changes.length === 0) withoutValues.push(event);
    for (const { path, before, after } of changes) {
      const history = fields.get(path);
      if (history === undefined) fields.set(path, [{ event, before, after }]);
      else history.push({ event, before, after });
    }
  }
  return { fields: [...fields].map(([path, changes]) => ({ path, changes })), withoutValues };
}
