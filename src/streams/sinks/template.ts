/** `{{path}}` is the JSON of the value at that path, `{{string path}}` the same as a JSON string. An empty path is the whole record. */
const PLACEHOLDER = /\{\{\s*(?:(string)(?=[\s}])\s*)?([A-Za-z0-9_.@-]*)\s*\}\}/g;

/** Each can be the whole record, so a template must not be able to make a record any number of times longer. */
const PLACEHOLDERS_MAX = 32;

/** Why a text cannot be a template for JSON; undefined when it can. */
export function templateFault(template: string): string | undefined {
  let placeholders = 0;
  const plain = template.replaceAll(PLACEHOLDER, () => {
    placeholders++;
    return "null";
  });
  if (placeholders > PLACEHOLDERS_MAX) return `must have at most ${PLACEHOLDERS_MAX} placeholders`;
  if (plain.includes("{{") || plain.includes("}}")) return "has a placeholder that is not {{path}} or {{string path}}";
  try {
    JSON.parse(plain);
    return undefined;
  } catch {
    return "must be JSON, with placeholders only as values";
  }
}

/** @param text of a record, which is JSON. A path that finds nothing gives null. */
export function fillTemplate(template: string, text: string): string {
  const record: unknown = JSON.parse(text);
  return template.replaceAll(PLACEHOLDER, (_, asString: string | undefined, path: string) => {
    const value = path === "" ? text : JSON.stringify(valueAt(record, path) ?? null);
    if (asString === undefined) return value;
    return JSON.stringify(value.startsWith('"') ? JSON.parse(value) : value);
  });
}

function valueAt(record: unknown, path: string): unknown {
  let value = record;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
