/**
 * `__Host-`: only over TLS (or loopback), for this host alone, never from a subdomain. Strict: it travels with no request that
 * another site causes; the console's own pages ask for their data by fetch, so that a link from elsewhere still opens them.
 */
const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Strict";

/** @returns a Set-Cookie header's value. @param name begins with `__Host-`. */
export function setCookie(name: `__Host-${string}`, value: string, validForMs: number): string {
  return `${name}=${value}; ${ATTRIBUTES}; Max-Age=${validForMs / 1000}`;
}

/** The value of a request's cookie, or undefined. */
export function readCookie(headers: Headers, name: `__Host-${string}`): string | undefined {
  for (const pair of headers.get("cookie")?.split(";") ?? []) {
    const [given, value] = pair.trim().split("=", 2);
    if (given === name && value !== undefined && value !== "") return value;
  }
  return undefined;
}
