import { useEffect, useRef, useState } from "react";
import { countNumber } from "../../text/count-text.ts";
import { Button } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { CLIENT_ROWS_MAX, type EventsState } from "../use-events.ts";

/** Begins loading this far before the end comes into view. */
const AHEAD = "800px";

/** The end of the list: more comes as it is neared, or at the button. */
export function LoadMore({ more }: { more: EventsState["more"] }) {
  const end = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!more.available || end.current === null) return;
    // Several may come at once, oldest first: only the last says what is so.
    const observer = new IntersectionObserver((entries) => setNear(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: AHEAD,
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [more.available]);
  const wanted = near && more.available && !more.loading && !more.failed;
  useEffect(() => {
    if (wanted) more.load();
  }, [wanted, more.load]);
  if (more.capped) {
    return (
      <p role="status" className="px-4 py-4 text-center text-sm text-pretty text-muted-foreground">
        These are the newest {countNumber(CLIENT_ROWS_MAX)} events: the page holds no more. Narrow the filters to see
        others, or export all of them as CSV.
      </p>
    );
  }
  if (!more.available) return null;
  return (
    <div ref={end} className="flex justify-center px-4 py-3">
      <Button variant="ghost" aria-disabled={more.loading} onClick={() => more.loading || more.load()}>
        {more.loading && <Spinner />}
        {more.failed ? "Loading more failed. Try again" : more.loading ? "Loading more" : "Load more"}
      </Button>
    </div>
  );
}
