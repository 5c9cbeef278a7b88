import { ChevronRight } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import type { LoggedEvent } from "../api/events.ts";
import { formatInstant } from "../time/instant.ts";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";

interface Expansion {
  readonly expanded: ReadonlySet<string>;
  readonly toggle: (event: LoggedEvent) => void;
}

const ExpansionContext = createContext<Expansion>({ expanded: new Set(), toggle: () => {} });

/** Within a page of one organization: an event is known by its place, whatever its id looks like. */
export function eventKey(event: LoggedEvent): string {
  return `${event.tenant_id}-${event.sequence}`;
}

export function detailId(event: LoggedEvent): string {
  return `details-${event.sequence}`;
}

/** Which events are open. They stay so while rows come and go. */
export function ExpansionProvider({ children }: { children: ReactNode }) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((event: LoggedEvent) => {
    setExpanded((previous) => {
      const next = new Set(previous);
      if (!next.delete(eventKey(event))) next.add(eventKey(event));
      return next;
    });
  }, []);
  const value = useMemo(() => ({ expanded, toggle }), [expanded, toggle]);
  return <ExpansionContext value={value}>{children}</ExpansionContext>;
}

export function useExpansion(): Expansion {
  return useContext(ExpansionContext);
}

export function ExpandButton({ event }: { event: LoggedEvent }) {
  const { expanded, toggle } = useExpansion();
  const open = expanded.has(eventKey(event));
  return (
    <Button
      variant="ghost"
      size="icon"
      className="size-7 max-lg:size-11"
      aria-expanded={open}
      aria-controls={open ? detailId(event) : undefined}
      aria-label={`Expand ${event.action} at ${formatInstant(event.timestamp)}`}
      onClick={() => toggle(event)}
    >
      <ChevronRight aria-hidden className={cn("transition-transform duration-150", open && "rotate-90")} />
    </Button>
  );
}
