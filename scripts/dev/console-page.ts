import { randomBytes } from "node:crypto";

/** What the server answers as the console's page in development. Its status and headers are the product's; its content is Vite's. */
export const CONSOLE_PAGE = "<!-- The console's page, which Vite makes. -->\n";

/** Vite marks its scripts and styles with this; each answer carries a value of its own instead. */
export const NONCE = "daybook-nonce";

/**
 * Vite's page with the server's policy, which stays as strict as it is but for what Vite adds: its inline script and styles, by a nonce, and its
 * web socket.
 */
export function underPolicy(html: string, policy: string, host: string): { html: string; policy: string } {
  const nonce = randomBytes(16).toString("base64url");
  const additions: [string, string][] = [
    ["script-src", `'nonce-${nonce}'`],
    ["style-src", `'nonce-${nonce}'`],
    ["connect-src", `ws://${host}`],
  ];
  let extended = policy;
  for (const [name, addition] of additions) {
    if (!extended.includes(`${name} 'self'`)) throw new Error(`The content security policy has no ${name} 'self'.`);
    extended = extended.replace(`${name} 'self'`, `${name} 'self' ${addition}`);
  }
  return { html: html.replaceAll(NONCE, nonce), policy: extended };
}
