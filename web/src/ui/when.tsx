import { formatInstantExact } from "../time/instant.ts";
import { relativeTime } from "../time/relative.ts";

interface WhenProps {
  /** RFC 3339. */
  readonly instant: string;
  /** The day alone, or how long ago or ahead it is. The exact time is in the title either way. */
  readonly as?: "day" | "distance";
}

export function When({ instant, as = "distance" }: WhenProps) {
  return (
    <time dateTime={instant} title={formatInstantExact(instant)} className="whitespace-nowrap tabular-nums">
      {as === "day" ? instant.slice(0, 10) : relativeTime(instant)}
    </time>
  );
}
