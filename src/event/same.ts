import { isDeepStrictEqual } from "node:util";
import { canonicalNumber } from "./number-text.ts";
import type { StoredEvent } from "./stored-event.ts";
import type { ValidEvent } from "./validate.ts";

/**
 * Whether a retry says the same as what was recorded: every field it gives is equal, and what it leaves out is taken from the
 * entry. Inside `changes` and `metadata` the order of keys and the spelling of a number can differ (`1.0` is `1`); another number
 * is other content, even where a double would not tell the two apart.
 */
export function sameContent(retry: ValidEvent, stored: StoredEvent): boolean {
  const { actor, resource, context, targets, changes, metadata, ...scalars } = retry;
  const { on_behalf_of: principal, ...person } = actor;
  return (
    given(scalars, stored) &&
    given(person, stored.actor) &&
    given(principal, stored.actor.on_behalf_of) &&
    given(resource, stored.resource) &&
    given(context, stored.context) &&
    sameTargets(targets, stored.targets) &&
    sameJson(changes, stored.changes) &&
    sameJson(metadata, stored.metadata)
  );
}

function given(retry: object | undefined, stored: object | undefined): boolean {
  return Object.entries(retry ?? {}).every(
    ([key, value]) => value === undefined || value === (stored as Record<string, unknown> | undefined)?.[key],
  );
}

/** As many, in the same order. */
function sameTargets(retry: ValidEvent["targets"], stored: StoredEvent["targets"]): boolean {
  if (retry === undefined) return true;
  return retry.length === stored?.length && retry.every((target, at) => given(target, stored[at]));
}

function sameJson(retry: string | undefined, stored: string | undefined): boolean {
  if (retry === undefined || retry === stored) return true;
  return stored !== undefined && isDeepStrictEqual(exactValue(retry), exactValue(stored));
}

/** The value with every number as the text of its exact decimal value, and every string marked as such. */
function exactValue(json: string): unknown {
  return JSON.parse(
    json.replace(STRING_OR_NUMBER, (token) =>
      token.startsWith('"') ? `"s${token.slice(1)}` : `"n${canonicalNumber(token)}"`,
    ),
  );
}

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[-+.\deE]*/g;
