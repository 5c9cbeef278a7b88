import { useQuery } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { fetchEvents, type Total } from "../api/events.ts";
import type { Review } from "../api/reviews.ts";
import { positionText } from "../audit-logs/event/position.ts";
import { useFilterEditing } from "../audit-logs/filters/editing-context.ts";
import { toQuery } from "../audit-logs/filters/filters.ts";
import type { FilterState } from "../audit-logs/filters/use-filters.ts";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { useZone } from "../audit-logs/time/zone-context.ts";
import type { PageTools } from "../audit-logs/use-page-tools.ts";
import { countNumber, countText } from "../text/count-text.ts";
import { Button } from "../ui/button.tsx";
import { Banner } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { useOpenSignOff } from "./use-open-sign-off.ts";
import { useReviews } from "./use-reviews.ts";

/** Before any event. */
const BEGINNING = "1970-01-01";

/** How many more there are that were recorded since, but happened before the range; undefined until that is known exactly. */
function useEarlier({ filters, clock }: FilterState, total: Total | undefined): number | undefined {
  const { request, organization, key } = useLogAccess();
  const query = toQuery({ ...filters, start: BEGINNING }, organization.id, clock).toString();
  const all = useQuery({
    queryKey: ["since-of-any-time", key, query],
    queryFn: async ({ signal }) =>
      (await fetchEvents(request, new URLSearchParams(query), { limit: 1, cursor: undefined, signal })).total,
  }).data;
  if (all?.relation !== "eq" || total?.relation !== "eq") return undefined;
  return Math.max(0, all.value - total.value);
}

function ReviewName({ review: { reviewer, at } }: { review: Review }) {
  const { format, suffix } = useZone();
  return (
    <>
      <VisibleText value={reviewer} />
      ’s review of{" "}
      <span className="tabular-nums">
        {format(at)} {suffix(at)}
      </span>
    </>
  );
}

interface SinceBannerProps {
  readonly tools: PageTools;
  readonly since: string;
}

/** These rows are only what was recorded after a position of the log: since whose review that is, and how many. */
export default function SinceBanner({ tools, since }: SinceBannerProps) {
  const { state, total } = tools;
  const openSignOff = useOpenSignOff(tools);
  const { data: reviews } = useReviews(true);
  const review = reviews?.find(({ asOf }) => asOf === since);
  const earlier = useEarlier(state, total);
  const { since: _since, ...all } = state.filters;
  const { edit } = useFilterEditing();
  const showAll = () => {
    state.setAll(all);
    // The banner goes away.
    edit("q");
  };
  return (
    <Banner
      tone="neutral"
      icon={Sparkles}
      aria-label="New since"
      // Whose review it was comes later than the banner, and must move nothing.
      className="content-start max-lg:min-h-38.5"
      actions={
        <>
          {openSignOff && (
            <Button variant="outline" size="small" onClick={() => openSignOff()}>
              Mark reviewed…
            </Button>
          )}
          <Button variant="ghost" size="small" onClick={showAll}>
            Show all
          </Button>
        </>
      }
    >
      {total && <strong className="font-semibold tabular-nums">{countText(total)} </strong>}
      recorded since {review ? <ReviewName review={review} /> : `position ${positionText(since)} of the log`}.
      {earlier !== undefined && earlier > 0 && (
        <>
          {" "}
          {countNumber(earlier)} more happened before this range.{" "}
          <Button
            variant="link"
            size="small"
            className="-my-1 h-6 px-0 text-sm"
            onClick={() => state.set("start", BEGINNING)}
          >
            Show them too
          </Button>
        </>
      )}
    </Banner>
  );
}
