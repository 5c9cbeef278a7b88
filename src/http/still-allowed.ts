import type { Identity, Permission } from "../identity/index.ts";

/** How long a stream goes on before it asks again whether its reader can still read. */
export const REAUTHORIZE_MS = 1_000;

/** Rejects once whoever sent these headers can no longer read the organization. */
export function stillAllowed(
  identity: Identity,
  headers: Headers,
  permission: Permission,
  organization: string,
): () => Promise<void> {
  return async () => {
    await identity.access(headers, permission, () => organization);
  };
}

/** The check, left out for a second after each time. */
export function everySecond(check: () => Promise<void>): () => Promise<void> {
  let checked = performance.now();
  return async () => {
    if (performance.now() - checked < REAUTHORIZE_MS) return;
    await check();
    checked = performance.now();
  };
}
