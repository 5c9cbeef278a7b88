import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import type { LoggedEvent } from "../../api/events.ts";
import { useZone } from "../time/zone-context.ts";
import { CopyValue } from "./copy-value.tsx";

/** Where the event is in the log, and the hash that holds it there. @param children what proves it. */
export function IntegrityLine({ event, children }: { event: LoggedEvent; children?: ReactNode }) {
  const { formatExact } = useZone();
  const { sequence, recorded_at: recordedAt, leaf_hash: leafHash } = event;
  return (
    <section
      aria-label="Integrity"
      className="flex flex-wrap items-center gap-x-5 gap-y-1 text-xs text-muted-foreground tabular-nums"
    >
      <span className="inline-flex items-center gap-1.5">
        <ShieldCheck aria-hidden className="size-3.5" /> Entry {sequence}
      </span>
      <span>
        Recorded <time dateTime={recordedAt}>{formatExact(recordedAt)}</time>
      </span>
      <span className="inline-flex min-w-0 items-center gap-1">
        Leaf hash
        <span className="ml-1 truncate font-mono" title={leafHash}>
          {leafHash.slice(0, 12)}…{leafHash.slice(-4)}
        </span>
        <CopyValue value={leafHash} label="leaf hash" />
      </span>
      {children}
    </section>
  );
}
