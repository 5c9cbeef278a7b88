import { countNumber } from "../../../text/count-text.ts";

/**
 * A count beside a choice. It is drawn, not written, so that the choice's text is its value and nothing else; who cannot see it gets it
 * from `countWords`.
 */
export function CountMark({ count }: { count: number | undefined }) {
  return (
    <span
      aria-hidden
      data-count={count === undefined ? "" : countNumber(count)}
      className="ml-auto shrink-0 pl-3 text-xs text-muted-foreground tabular-nums before:content-[attr(data-count)]"
    />
  );
}
