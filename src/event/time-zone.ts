/** Whether this is a time zone by its IANA name, such as `Europe/Paris`. */
export function isTimeZone(name: string): boolean {
  // Node takes offsets such as +05:00 too; those are no IANA names and know no daylight saving.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
