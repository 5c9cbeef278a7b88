const HEAD = 8;
const TAIL = 4;

/** An id short enough for a cell: both ends, which is what people compare. Never splits a character. */
export function truncateId(id: string, head = HEAD): string {
  const characters = Array.from(id);
  if (characters.length <= head + TAIL + 2) return id;
  return `${characters.slice(0, head).join("")}…${characters.slice(-TAIL).join("")}`;
}

/** The beginning of a text, at most `max` characters; a cell shows no more of it, and the page stays light. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = Array.from(text.slice(0, max * 2));
  return characters.length <= max && text.length <= max * 2 ? text : `${characters.slice(0, max).join("")}…`;
}
