import type { LoggedEvent } from "../api/events.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The fields of an event that are not as its entry has them. @param body undefined once it was erased. */
export function differingFields(event: LoggedEvent, header: Fields, body: Fields | undefined): string[] {
  const { body_hash: _, actor, resource, ...fixed } = header;
  const said: Record<string, unknown> = {
    ...fixed,
    actor: { ...(actor as Fields), ...(body?.actor as Fields | undefined) },
    resource: { ...(resource as Fields), ...(body?.resource as Fields | undefined) },
  };
  if (body !== undefined) {
    for (const name of ["targets", "description", "context", "changes", "metadata"]) {
      if (body[name] !== undefined) said[name] = body[name];
    }
  }
  // What the page adds to an event, and what the tree knows of it.
  const { texts: _texts, newAddress: _address, arrived: _arrived, leaf_hash: _leaf, ...shown } = event;
  const names = new Set([...Object.keys(said), ...Object.keys(shown)]);
  return [...names].filter((name) => !same(said[name], (shown as Fields)[name]));
}

/** Values of JSON, whose members may stand in any order. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => same((one as Fields)[name], (other as Fields)[name]));
}
