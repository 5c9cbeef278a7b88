import { BellOff, CirclePause } from "lucide-react";
import type { Alert } from "../api/alerts.ts";
import { When } from "../ui/when.tsx";
import { isMuted } from "./muted.ts";

/** When an alert last fired, and whether it does not or nobody hears of it. */
export function LastFired({ alert }: { alert: Alert }) {
  const { last_fired_at, enabled, muted_until } = alert;
  return (
    <span className="flex flex-col leading-5">
      <span>{last_fired_at === null ? "Never" : <When instant={last_fired_at} />}</span>
      {!enabled && (
        <span className="flex items-center gap-1 text-xs text-muted-foreground">
          <CirclePause aria-hidden className="size-3" /> Paused
        </span>
      )}
      {enabled && muted_until !== null && isMuted(alert) && (
        <span className="flex items-center gap-1 text-xs text-muted-foreground">
          <BellOff aria-hidden className="size-3 shrink-0" />
          <span>
            Muted, ends <When instant={muted_until} />
          </span>
        </span>
      )}
    </span>
  );
}
