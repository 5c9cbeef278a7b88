import { createContext, useContext, useSyncExternalStore } from "react";
import type { LogItem } from "../../api/events.ts";

/** Which events are open, by key. They stay so while rows come and go; opening one draws only its own row again. */
export class Expansion {
  private readonly expanded = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private opened: string | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  isOpen(key: string): boolean {
    return this.expanded.has(key);
  }

  /** True once after it was opened: what is drawn again by scrolling was not opened then. */
  takeOpened(key: string): boolean {
    if (this.opened !== key) return false;
    this.opened = undefined;
    return true;
  }

  open(key: string): void {
    if (!this.expanded.has(key)) this.toggle(key);
  }

  toggle(key: string): void {
    const opens = !this.expanded.delete(key);
    if (opens) this.expanded.add(key);
    this.opened = opens ? key : undefined;
    for (const listener of this.listeners) listener();
  }
}

export const ExpansionContext = createContext(new Expansion());

/** An event is known by its place, whatever its id looks like. */
export function eventKey(event: LogItem): string {
  return `${event.tenant_id}-${event.sequence}`;
}

export function detailId(event: LogItem): string {
  return `details-${event.sequence}`;
}

/** All that is open, without being drawn again for it. */
export function useAllExpansion(): Pick<Expansion, "isOpen" | "open" | "takeOpened" | "toggle"> {
  return useContext(ExpansionContext);
}

export function useExpansion(event: LogItem): { open: boolean; toggle: () => void } {
  const expansion = useContext(ExpansionContext);
  const key = eventKey(event);
  const open = useSyncExternalStore(expansion.subscribe, () => expansion.isOpen(key));
  return { open, toggle: () => expansion.toggle(key) };
}
