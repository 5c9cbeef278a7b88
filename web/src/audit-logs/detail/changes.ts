import type { LoggedEvent } from "../../api/events.ts";
import { type JsonMember, type JsonNode, parseJsonTree, sameJson } from "../../text/json-tree.ts";

/** One thing that changed: where, and what was there. */
export interface ShownChange {
  readonly path: string;
  readonly before: JsonNode | undefined;
  readonly after: JsonNode | undefined;
}

function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.type !== "object") return undefined;
  // A key that occurs twice counts as its last, as every parser takes it.
  return node.members.findLast((member) => member.key === key)?.value;
}

function compareMembers(before: readonly JsonMember[], after: readonly JsonMember[], prefix: string): ShownChange[] {
  const was = new Map(before.map(({ key, value }) => [key, value]));
  const is = new Map(after.map(({ key, value }) => [key, value]));
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) =>
    compare(was.get(key), is.get(key), prefix === "" ? key : `${prefix}.${key}`),
  );
}

/** What both lists begin and end with is left out, so that an element that was put in or taken out does not change all after it. */
function compareItems(before: readonly JsonNode[], after: readonly JsonNode[], path: string): ShownChange[] {
  const same = (one: JsonNode | undefined, other: JsonNode | undefined) =>
    one !== undefined && other !== undefined && sameJson(one, other);
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && same(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && same(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const was = before.slice(head, before.length - tail);
  const is = after.slice(head, after.length - tail);
  return Array.from({ length: Math.max(was.length, is.length) }, (_, at) =>
    compare(was[at], is[at], `${path}[${head + at}]`),
  ).flat();
}

function compare(before: JsonNode | undefined, after: JsonNode | undefined, path: string): ShownChange[] {
  if (before === undefined && after === undefined) return [];
  if (before?.type === "object" && after?.type === "object") return compareMembers(before.members, after.members, path);
  if (before?.type === "array" && after?.type === "array") return compareItems(before.items, after.items, path);
  return before && after && sameJson(before, after) ? [] : [{ path, before, after }];
}

/** As they were recorded, what holds several values taken apart; one that names no difference is kept as it is. */
function recorded(change: JsonNode): ShownChange[] {
  const name = memberOf(change, "path");
  const path: string = name?.type === "string" ? JSON.parse(name.text) : "";
  const before = memberOf(change, "before");
  const after = memberOf(change, "after");
  const parts = compare(before, after, path);
  return parts.length > 0 ? parts : [{ path, before, after }];
}

/** What the event changed: as it was recorded, or from `metadata.before` and `metadata.after`, as many programs put it. */
export function changesOf({ texts }: Pick<LoggedEvent, "texts">): readonly ShownChange[] {
  const changes = texts.changes === undefined ? undefined : parseJsonTree(texts.changes);
  if (changes?.type === "array" && changes.items.length > 0) return changes.items.flatMap(recorded);
  if (texts.metadata === undefined) return [];
  const metadata = parseJsonTree(texts.metadata);
  const before = memberOf(metadata, "before");
  const after = memberOf(metadata, "after");
  if (before?.type === "array" && after?.type === "array") return compareItems(before.items, after.items, "");
  if (before?.type !== "object" && after?.type !== "object") return [];
  return compareMembers(
    before?.type === "object" ? before.members : [],
    after?.type === "object" ? after.members : [],
    "",
  );
}
