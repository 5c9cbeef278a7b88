import type { LoggedEvent } from "../../api/events.ts";
import { formatJson } from "../../text/json.ts";

/** The event as JSON text to be copied: what was recorded, with `changes` and `metadata` to the letter. */
export function eventText(event: LoggedEvent): string {
  const { texts, newAddress: _newAddress, arrived: _arrived, changes: _changes, metadata: _metadata, ...rest } = event;
  const members = [JSON.stringify(rest).slice(1, -1)];
  if (texts.changes !== undefined) members.push(`"changes":${texts.changes}`);
  if (texts.metadata !== undefined) members.push(`"metadata":${texts.metadata}`);
  return formatJson(`{${members.join(",")}}`);
}
