/** A LIKE pattern of what contains a text; its three special characters are taken for themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
