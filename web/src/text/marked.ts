/** A stretch of a text: what is looked for, or what is between. */
export interface MarkedPart {
  readonly at: number;
  readonly text: string;
  readonly marked: boolean;
}

/** A text cut where it holds what is looked for, whatever the case. */
export function markedParts(text: string, sought: string): readonly MarkedPart[] {
  const wanted = sought.trim();
  if (wanted === "") return [{ at: 0, text, marked: false }];
  const parts: MarkedPart[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(new RegExp(escaped(wanted), "giu"))) {
    if (index > from) parts.push({ at: from, text: text.slice(from, index), marked: false });
    parts.push({ at: index, text: found, marked: true });
    from = index + found.length;
  }
  if (from < text.length || parts.length === 0) parts.push({ at: from, text: text.slice(from), marked: false });
  return parts;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replaceAll("\\-", "\\x2d");
}
