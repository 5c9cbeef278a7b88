/** JSON as text. JSON.parse moves integer-like keys to the front; what was recorded is shown in the order it was recorded in. */

/** One token of well-formed JSON: a string, a punctuation mark, or a number, true, false, null. */
export const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/**
 * The exact texts of some members of the events in a page `{"data":[event, …], …}`.
 * @returns for each event, in order, the text of every named member it has.
 */
export function memberTexts<Name extends string>(page: string, names: readonly Name[]): { [key in Name]?: string }[] {
  const events: { [key in Name]?: string }[] = [];
  let depth = 0;
  let string = '""';
  let topMember = "";
  let open: { name: Name; start: number } | undefined;
  const closeMember = (at: number) => {
    const event = events.at(-1);
    if (open && event) event[open.name] = page.slice(open.start, at).trim();
    open = undefined;
  };
  for (const { 0: token, index } of page.matchAll(JSON_TOKEN)) {
    const inEvent = depth === 3 && topMember === "data";
    if (token.startsWith('"')) string = token;
    else if (token === ":" && depth === 1) topMember = JSON.parse(string);
    else if (token === ":" && inEvent) {
      const name = names.find((candidate) => candidate === JSON.parse(string));
      if (name !== undefined) open = { name, start: index + 1 };
    } else if (token === "," && inEvent) closeMember(index);
    else if (token === "{" || token === "[") {
      depth++;
      if (depth === 3 && topMember === "data") events.push({});
    } else if (token === "}" || token === "]") {
      if (inEvent) closeMember(index);
      depth--;
    }
  }
  return events;
}

/** Well-formed JSON, one member a line, two spaces a level; every token as it is. */
export function formatJson(text: string): string {
  let out = "";
  let depth = 0;
  let previous = "";
  for (const [token] of text.matchAll(JSON_TOKEN)) {
    const opened = previous === "{" || previous === "[";
    if (token === "}" || token === "]") {
      depth--;
      if (!opened) out += `\n${"  ".repeat(depth)}`;
      out += token;
    } else if (token === ",") out += ",";
    else if (token === ":") out += ": ";
    else {
      if (opened || previous === ",") out += `\n${"  ".repeat(depth)}`;
      out += token;
      if (token === "{" || token === "[") depth++;
    }
    previous = token;
  }
  return out;
}
