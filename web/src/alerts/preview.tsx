import { useEffect, useRef } from "react";
import type { AlertPreview } from "../api/alerts.ts";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";

/** Firings that are shown: enough to see what kind they are. */
const SHOWN_MAX = 5;

/** What an alert would have fired for. */
export function Preview({ preview: { from, whole, count, firings } }: { preview: AlertPreview }) {
  const place = useRef<HTMLDivElement>(null);
  // It comes at the foot of a long form, behind its buttons.
  useEffect(() => {
    // What it returns, in newer browsers a promise, is no clean-up.
    place.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const times = count === 1 ? "once" : `${count.toLocaleString("en")} times`;
  return (
    <div
      ref={place}
      role="status"
      className="flex scroll-mb-24 flex-col gap-2 rounded-lg border border-border bg-muted px-3.5 py-3 text-sm max-lg:scroll-mb-36"
    >
      <p className="font-medium">
        {count === 0 ? "Would not have fired" : `Would have fired ${times}`} {whole ? "in the last 30 days." : "since "}
        {!whole && <When instant={from} as="day" />}
      </p>
      {firings.length > 0 && (
        <ul className="flex flex-col gap-1 text-xs text-muted-foreground">
          {firings.slice(0, SHOWN_MAX).map(({ fired_at, summary }) => (
            <li key={`${fired_at} ${summary}`} className="[overflow-wrap:anywhere]">
              <When instant={fired_at} /> · <VisibleText value={summary} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
