import type { LoggedEvent } from "../api/events.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The fields of an event that are not as its entry has them. @param body undefined once it was erased. */
export function differingFields(event: LoggedEvent, header: Fields, body: Fields = {}): string[] {
  const { body_hash: _hash, ...fixed } = header;
  const { nonce: _nonce, target_names: names, ...erasable } = body;
  const said: Record<string, unknown> = { ...(merged(fixed, erasable) as Fields) };
  if (Array.isArray(said.targets) && Array.isArray(names)) said.targets = named(said.targets, names);
  // What the page adds to an event, and what the tree knows of it.
  const { texts: _texts, newAddress: _address, arrived: _arrived, leaf_hash: _leaf, ...shown } = event;
  const fields = new Set([...Object.keys(said), ...Object.keys(shown)]);
  return [...fields].filter((name) => !same(said[name], (shown as Fields)[name]));
}

/** An object with the members of both; a body only adds to what the header says. */
function merged(header: unknown, body: unknown): unknown {
  if (!isObject(header) || !isObject(body)) return header === undefined ? body : header;
  const names = new Set([...Object.keys(header), ...Object.keys(body)]);
  return Object.fromEntries([...names].map((name) => [name, merged(header[name], body[name])]));
}

function named(targets: readonly unknown[], names: readonly unknown[]): unknown[] {
  return targets.map((target, at) =>
    isObject(target) && typeof names[at] === "string" ? { ...target, name: names[at] } : target,
  );
}

/** Values of JSON, whose members can be in any order. */
function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => same((one as Fields)[name], (other as Fields)[name]));
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
