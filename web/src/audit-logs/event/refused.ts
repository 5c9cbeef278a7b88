import type { Outcome } from "@daybook/sdk";

/** True for what somebody tried and did not get. */
export function isRefused(outcome: Outcome): boolean {
  return outcome === "failure" || outcome === "denied";
}
