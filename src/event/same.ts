import { isDeepStrictEqual } from "node:util";
import type { StoredEvent } from "./stored.ts";
import type { ValidEvent } from "./validate.ts";

/**
 * Whether a retry says the same as what was recorded: every field it gives is equal, and what it leaves out is taken from
 * the entry. Inside `changes` and `metadata` only the order of keys may differ.
 */
export function sameContent(retry: ValidEvent, stored: StoredEvent): boolean {
  const { actor, resource, context, targets, changes, metadata, ...scalars } = retry;
  return (
    given(scalars, stored) &&
    given(actor, stored.actor) &&
    given(resource, stored.resource) &&
    given(context, stored.context) &&
    (targets === undefined || isDeepStrictEqual(targets, stored.targets)) &&
    sameJson(changes, stored.changes) &&
    sameJson(metadata, stored.metadata)
  );
}

function given(retry: object | undefined, stored: object | undefined): boolean {
  return Object.entries(retry ?? {}).every(
    ([key, value]) => value === undefined || value === (stored as Record<string, unknown> | undefined)?.[key],
  );
}

function sameJson(retry: string | undefined, stored: string | undefined): boolean {
  if (retry === undefined || retry === stored) return true;
  return stored !== undefined && isDeepStrictEqual(JSON.parse(retry), JSON.parse(stored));
}
