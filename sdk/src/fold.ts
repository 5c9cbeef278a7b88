/**
 * A text without the difference between upper and lower case. Both sides of a comparison go through this one function: what search
 * stores, what is asked for, and what `matches` compares.
 *
 * Lower, upper, lower: `ẞ` becomes `ß`, then `SS`, then `ss`, as `ß` does. The final sigma is the one letter whose lower case
 * depends on what follows it.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const ASCII = /^[\u0000-\u007f]*$/;
