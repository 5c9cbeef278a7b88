import { useSyncExternalStore } from "react";

/** A choice that this browser keeps for its user. */
export interface StoredChoice<Value extends string> {
  /** Undefined until something was chosen. */
  readonly get: () => Value | undefined;
  readonly set: (value: Value) => void;
  /** What is chosen, now and as it changes: also in another tab. */
  readonly use: () => Value | undefined;
}

/** @param values everything that can be chosen; anything else in the storage counts as no choice. */
export function storedChoice<Value extends string>(name: string, values: readonly Value[]): StoredChoice<Value> {
  const listeners = new Set<() => void>();
  /** What was chosen here, for a browser that stores nothing for this page: it then holds until the page is left. */
  let chosen: Value | undefined;
  const get = () => {
    try {
      const stored = localStorage.getItem(name);
      return values.find((value) => value === stored);
    } catch {
      return chosen;
    }
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    window.addEventListener("storage", listener);
    return () => {
      listeners.delete(listener);
      window.removeEventListener("storage", listener);
    };
  };
  return {
    get,
    set: (value) => {
      chosen = value;
      try {
        localStorage.setItem(name, value);
      } catch {
        // As `chosen` says.
      }
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}
