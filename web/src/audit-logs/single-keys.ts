import { useSyncExternalStore } from "react";

/** Whether keys without a modifier do something in the table (WCAG 2.1.4 asks that they can be turned off); kept in this browser. */

const STORED_AS = "daybook.single-keys";
const listeners = new Set<() => void>();
/** What was chosen here, for a browser that stores nothing for this page: it then holds until the page is left. */
let chosen = true;

export function singleKeysEnabled(): boolean {
  try {
    return localStorage.getItem(STORED_AS) !== "off";
  } catch {
    return chosen;
  }
}

export function setSingleKeys(on: boolean): void {
  chosen = on;
  try {
    localStorage.setItem(STORED_AS, on ? "on" : "off");
  } catch {
    // As `chosen` says.
  }
  for (const listener of listeners) listener();
}

/** Also of what another tab chooses. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, singleKeysEnabled);
}
