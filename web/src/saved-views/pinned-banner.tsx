import { Pin, PinOff } from "lucide-react";
import { positionText } from "../audit-logs/event/position.ts";
import { useFilterEditing } from "../audit-logs/filters/editing-context.ts";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { useZone } from "../audit-logs/time/zone-context.ts";
import { Button } from "../ui/button.tsx";
import { Banner } from "../ui/notice.tsx";
import { isBeyondLog, useRecordedThrough } from "./recorded-through.ts";

/** "23 Nov 2026, 14:05:12", for a sentence. */
function dateAndTime(instant: string, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium", timeZone: zone }).format(
    Date.parse(instant),
  );
}

/** Up to when; undefined until that is known, null before anything was recorded. */
function RecordedUpTo({ through }: { through: string | null | undefined }) {
  const { zone, formatExact } = useZone();
  if (through === undefined) return "As recorded up to the time the link was created";
  if (through === null) return "Nothing had been recorded here yet";
  return (
    <>
      As recorded up to{" "}
      <time dateTime={through} title={formatExact(through)} className="tabular-nums">
        {dateAndTime(through, zone)}
      </time>{" "}
      ({zone})
    </>
  );
}

/** These rows are what was recorded up to a position of the log, and stay so. */
export default function PinnedBanner({ state, asOf }: { state: FilterState; asOf: string }) {
  const { data: through, error } = useRecordedThrough(asOf);
  const beyond = isBeyondLog(error);
  const { as_of: _asOf, ...live } = state.filters;
  const { edit } = useFilterEditing();
  const showLive = () => {
    state.setAll(live);
    // The banner goes away.
    edit("q");
  };
  const position = positionText(asOf);
  return (
    <Banner
      tone={beyond ? "caution" : "neutral"}
      icon={beyond ? PinOff : Pin}
      aria-label="Pinned"
      actions={
        <Button variant="outline" size="small" onClick={showLive}>
          Show live again
        </Button>
      }
    >
      <strong className="font-semibold">Pinned.</strong>{" "}
      {beyond ? (
        `This log does not have position ${position}. The link was changed, or it is for another log or for entries that were not restored.`
      ) : (
        <>
          <RecordedUpTo through={through} />. Later events are not shown.{" "}
          <span className="text-xs whitespace-nowrap text-muted-foreground tabular-nums">Position {position}</span>
        </>
      )}
    </Banner>
  );
}
