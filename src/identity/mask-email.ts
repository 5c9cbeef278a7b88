/**
 * An address that belongs to nobody here, as much of it as may be kept: people type passwords into this field, so what does not
 * look like an address is not kept at all. `someone@example.com` becomes `s***@e***.com`. What customers record of their own
 * sign-ins is kept as it is; the console masks it where it shows it, and leaves the domain.
 */
export function maskEmail(email: string): string | undefined {
  const match = /^(\S)\S*@(\S)\S*(\.[a-z]{2,})$/iu.exec(email);
  return match === null ? undefined : `${match[1]}***@${match[2]}***${match[3]}`;
}
