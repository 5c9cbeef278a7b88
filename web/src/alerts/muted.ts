import type { Alert } from "../api/alerts.ts";

export function isMuted({ muted_until }: Pick<Alert, "muted_until">, nowMs: number = Date.now()): boolean {
  return muted_until !== null && Date.parse(muted_until) > nowMs;
}
