/** The address's search part, both ways: plain names and texts, so that a person can read and write it. */

export type SearchValues = Record<string, string | string[]>;

export function parseSearch(text: string): SearchValues {
  const values: SearchValues = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const earlier = values[name];
    if (earlier === undefined) values[name] = value;
    else values[name] = [earlier, value].flat();
  }
  return values;
}

export function stringifySearch(values: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of [value].flat()) if (typeof one === "string" && one !== "") search.append(name, one);
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
