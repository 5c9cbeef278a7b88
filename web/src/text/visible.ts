/** A stretch of text: as it is, or a character that would not be seen, or would reorder its neighbours, written out. */
export interface Segment {
  readonly text: string;
  readonly escaped: boolean;
}

/**
 * Control characters (C0, DEL, C1), bidirectional controls, zero-width and other invisible format characters, line separators,
 * tags. Zero-width joiner and non-joiner stay: emoji and several scripts are written with them.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const SHORT: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escapeOf(character: string): string {
  const short = SHORT[character];
  if (short) return short;
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

/** @param keepLineBreaks leaves "\n" as it is, for text shown over several lines. */
export function visibleSegments(value: string, keepLineBreaks = false): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const { 0: character, index } of value.matchAll(UNSEEN)) {
    if (keepLineBreaks && character === "\n") continue;
    if (index > from) segments.push({ text: value.slice(from, index), escaped: false });
    segments.push({ text: escapeOf(character), escaped: true });
    from = index + character.length;
  }
  if (from < value.length) segments.push({ text: value.slice(from), escaped: false });
  return segments;
}

/** The same as one string, for titles and accessible names. */
export function visibleText(value: string): string {
  return visibleSegments(value)
    .map((segment) => segment.text)
    .join("");
}
