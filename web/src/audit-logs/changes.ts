import type { Change, Event, JsonValue } from "@daybook/sdk";

type JsonObject = { [key: string]: JsonValue };

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Changed keys only, in the order they stand; objects by member, so that a path names what changed. */
function compare(before: JsonObject, after: JsonObject, prefix: string): Change[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): Change[] => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const was = Object.hasOwn(before, key) ? before[key] : undefined;
    const is = Object.hasOwn(after, key) ? after[key] : undefined;
    if (isObject(was) && isObject(is)) return compare(was, is, path);
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return [{ path, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) }];
  });
}

/** What the event changed: as it was recorded, or from `metadata.before` and `metadata.after`, as many programs put it. */
export function changesOf(event: Event): readonly Change[] {
  if (event.changes && event.changes.length > 0) return event.changes;
  const before = event.metadata?.before;
  const after = event.metadata?.after;
  if (!isObject(before) && !isObject(after)) return [];
  return compare(isObject(before) ? before : {}, isObject(after) ? after : {}, "");
}
