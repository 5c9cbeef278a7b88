import type { FieldError } from "@daybook/sdk";
import { isObject } from "./json.ts";

/** Flat names that many callers already use, and the nested field each one fills on input. */
export const ALIASES = {
  user_id: ["actor", "id"],
  user_role: ["actor", "role"],
  resource_type: ["resource", "type"],
  resource_id: ["resource", "id"],
  ip: ["context", "ip"],
  user_agent: ["context", "user_agent"],
  occurred_at: ["timestamp"],
} as const;

export interface Unaliased {
  readonly event: Record<string, unknown>;
  /** Nested pointer → the pointer the caller used for it, so that a fault names the caller's own field. */
  readonly origin: ReadonlyMap<string, string>;
  readonly faults: readonly FieldError[];
}

/** Puts flat aliases into their nested fields. Both given and unequal is a fault; `user_id` without `actor.type` means a user. */
export function unalias(input: Record<string, unknown>): Unaliased {
  const names = (Object.keys(ALIASES) as (keyof typeof ALIASES)[]).filter((name) => Object.hasOwn(input, name));
  if (names.length === 0) return { event: input, origin: new Map(), faults: [] };

  const event: Record<string, unknown> = { ...input };
  const origin = new Map<string, string>();
  const faults: FieldError[] = [];
  for (const name of names) {
    const path = ALIASES[name];
    delete event[name];
    const field = path[path.length - 1] as string;
    const holder = path.length === 1 ? event : nested(event, path[0]);
    // Where the outer field is of a wrong type, the schema says so.
    if (!holder) continue;
    const nestedPointer = `/${path.join("/")}`;
    if (!Object.hasOwn(holder, field)) {
      holder[field] = input[name];
      origin.set(nestedPointer, `/${name}`);
    } else if (holder[field] !== input[name]) {
      faults.push({
        pointer: `/${name}`,
        message: `differs from ${nestedPointer.slice(1).replace("/", ".")}, of which it is another name`,
      });
    }
  }
  if (names.includes("user_id") && isObject(event.actor) && !Object.hasOwn(event.actor, "type"))
    event.actor.type = "user";
  return { event, origin, faults };
}

/** The object below `key`, copied so that the caller's stays as it is, or made; undefined when something else is there. */
function nested(event: Record<string, unknown>, key: string): Record<string, unknown> | undefined {
  const current = event[key];
  if (current !== undefined && !isObject(current)) return undefined;
  const copy = { ...current };
  event[key] = copy;
  return copy;
}
