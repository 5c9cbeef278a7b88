import { AlarmClock, ClipboardCheck, History, Sparkles, SquareCheckBig } from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { useLogAccess } from "../audit-logs/log-access.ts";
import { defaultZone } from "../audit-logs/time/zone-context.ts";
import type { PageTools } from "../audit-logs/use-page-tools.ts";
import { lazyOverlay } from "../shell/lazy-part.tsx";
import { may } from "../shell/permissions.ts";
import { countText } from "../text/count-text.ts";
import { dayIn } from "../time/zoned.ts";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { DropdownMenu, MenuItem, MenuSeparator } from "../ui/menu.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";
import { dueText, nextDue } from "./due.ts";
import { filtersSince } from "./review-filters.ts";
import { useOpenSignOff } from "./use-open-sign-off.ts";
import { useReviews } from "./use-reviews.ts";

const EarlierReviews = lazyOverlay(() => import("./earlier-reviews.tsx"));

/** What is new since somebody last signed off, signing off, and who did so before. */
export default function ReviewMenu({ tools }: { tools: PageTools }) {
  const { state, dialog, opener, open, close } = tools;
  const openSignOff = useOpenSignOff(tools);
  const access = useLogAccess();
  const trigger = useRef<HTMLButtonElement>(null);
  const [asked, setAsked] = useState(false);
  const { review_due: weekday } = access.organization;
  const cadence = weekday ?? undefined;
  const { data: reviews, error, isPending } = useReviews(asked || cadence !== undefined);
  const last = reviews?.[0];
  const zone = defaultZone(access.organization);
  const due =
    cadence && reviews && nextDue(cadence, last && dayIn(Date.parse(last.at), zone), dayIn(state.clock.now, zone));
  const words = cadence && due && dueText(cadence, due);
  const isLate = due?.state === "overdue";
  return (
    <>
      <DropdownMenu
        className="w-80 max-w-[calc(100vw-2rem)]"
        onOpenChange={(open) => open && setAsked(true)}
        trigger={
          <Button ref={trigger} variant="outline" title={words} aria-description={words}>
            {isLate ? <AlarmClock aria-hidden className="text-failure" /> : <ClipboardCheck aria-hidden />} Review
          </Button>
        }
      >
        {words && <p className={cn("px-2 pt-2 text-xs font-medium", isLate && "text-failure")}>{words}</p>}
        <p className="px-2 py-2 text-xs text-pretty text-muted-foreground">
          {isPending && "Looking for the last review…"}
          {error && `The reviews could not be loaded: ${error.message}`}
          {reviews?.length === 0 && "Nobody has signed off a review yet."}
          {last && (
            <>
              Last review: <VisibleText value={last.reviewer} />, <When instant={last.at} />,{" "}
              {countText({ value: last.count, relation: "eq" })}
            </>
          )}
        </p>
        <MenuSeparator />
        <MenuItem disabled={last === undefined} onClick={() => last && state.setAll(filtersSince(last, state.clock))}>
          <Sparkles aria-hidden /> New since last review
        </MenuItem>
        {may(access, "audit_log.review") && (
          <MenuItem disabled={openSignOff === undefined} onClick={() => openSignOff?.(trigger.current)}>
            <SquareCheckBig aria-hidden /> Mark reviewed…
          </MenuItem>
        )}
        <MenuItem disabled={!last} onClick={() => open("earlier_reviews", trigger.current)}>
          <History aria-hidden /> Earlier reviews…
        </MenuItem>
      </DropdownMenu>
      {dialog === "earlier_reviews" && (
        <Suspense>
          <EarlierReviews state={state} finalFocus={opener} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
