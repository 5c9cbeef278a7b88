import { useSyncExternalStore } from "react";

/** Whether keys without a modifier do something in the table (WCAG 2.1.4 asks that they can be turned off); kept in this browser. */

const STORED_AS = "daybook.single-keys";
const listeners = new Set<() => void>();
let enabled: boolean | undefined;

export function singleKeysEnabled(): boolean {
  if (enabled === undefined) {
    try {
      enabled = localStorage.getItem(STORED_AS) !== "off";
    } catch {
      // A browser that stores nothing for this page.
      enabled = true;
    }
  }
  return enabled;
}

export function setSingleKeys(on: boolean): void {
  enabled = on;
  try {
    localStorage.setItem(STORED_AS, on ? "on" : "off");
  } catch {
    // It then holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, singleKeysEnabled);
}
