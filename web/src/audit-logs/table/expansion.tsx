import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { useZone } from "../time/zone-context.ts";
import { detailId, Expansion, ExpansionContext, useExpansion } from "./expansion-context.ts";

export function ExpansionProvider({ children }: { children: ReactNode }) {
  const [expansion] = useState(() => new Expansion());
  return <ExpansionContext value={expansion}>{children}</ExpansionContext>;
}

export function ExpandButton({ event }: { event: LoggedEvent }) {
  const { open, toggle } = useExpansion(event);
  const { format } = useZone();
  return (
    <Button
      data-slot="expand"
      variant="ghost"
      size="icon"
      className="size-7 max-lg:size-11"
      aria-expanded={open}
      aria-controls={open ? detailId(event) : undefined}
      aria-label={`Expand ${event.action} at ${format(event.timestamp)}`}
      onClick={toggle}
    >
      {/* It turns at once: an animation keeps the compositor busy just while the details are laid out and painted. */}
      <ChevronRight aria-hidden className={cn(open && "rotate-90")} />
    </Button>
  );
}
