/**
 * A text without the difference between upper and lower case. Both sides of a comparison go through this one function: what search
 * stores, what is asked for, and what `matches` compares.
 *
 * A letter with its mark is one character or two, by who typed it (NFC, NFD): here it is one. No language has its own rules: `I`,
 * `i` and the Turkish `ı` are one letter, and the Turkish `İ` is another.
 *
 * Lower, upper, lower: `ẞ` becomes `ß`, then `SS`, then `ss`, as `ß` does. The final sigma is the one letter whose lower case
 * depends on what follows it.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFC").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFC");
}

/** Version of `fold`. What search stores goes through it, so an index of another version is rebuilt. */
export const FOLDING = 2;

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const ASCII = /^[\u0000-\u007f]*$/;
