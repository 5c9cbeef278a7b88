import { parseJsonTree, sameJson } from "../text/json-tree.ts";

/** The fields that differ from those that a form began with. The others keep what somebody else has given them meanwhile. */
export function changedFields<Fields extends object>(fields: Fields, before: object): Partial<Fields> {
  const known: Readonly<Record<string, unknown>> = { ...before };
  const changed = Object.entries(fields).filter(([name, value]) => !isSame(value, known[name]));
  return Object.fromEntries(changed) as Partial<Fields>;
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === undefined || other === undefined) return one === other;
  return sameJson(parseJsonTree(JSON.stringify(one)), parseJsonTree(JSON.stringify(other)));
}
