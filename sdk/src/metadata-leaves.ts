import type { JsonValue } from "./event.ts";

/**
 * What `metadata.<path>=` compares: the leaves of an object. A path is the keys on the way joined by `.`; `.` and `\` inside a key
 * are escaped by `\`. The elements of an array have the path of the array, so a list matches when one of its elements does. Strings
 * are taken as they are, other values as compact JSON. Empty objects and arrays hold no leaf.
 */
export interface Leaf {
  readonly path: string;
  readonly value: string;
}

/** Every leaf, in the order of the object. */
export function metadataLeaves(metadata: JsonValue): Leaf[] {
  const leaves: Leaf[] = [];
  collect(metadata, undefined, leaves);
  return leaves;
}

/** Whether a text is a path: `\` is only before `.` or `\`. */
export function isMetadataPath(text: string): boolean {
  return /^(?:[^\\]|\\[.\\])*$/su.test(text);
}

function collect(value: JsonValue, path: string | undefined, leaves: Leaf[]): void {
  if (typeof value === "string") leaves.push({ path: path ?? "", value });
  else if (value === null || typeof value !== "object") leaves.push({ path: path ?? "", value: JSON.stringify(value) });
  else if (Array.isArray(value)) for (const element of value) collect(element, path, leaves);
  else {
    for (const key in value) {
      const step = SPECIAL.test(key) ? key.replace(/[\\.]/g, "\\$&") : key;
      collect(value[key] as JsonValue, path === undefined ? step : `${path}.${step}`, leaves);
    }
  }
}

const SPECIAL = /[\\.]/;
