import { pinnedHref } from "../audit-logs/filters/pinned.ts";
import type { PageTools } from "../audit-logs/use-page-tools.ts";

/** Copies the link that shows the same rows at any later time, and says so. Undefined until there are rows. */
export function useCopyPinned({
  state,
  position,
  say,
}: Pick<PageTools, "state" | "position" | "say">): (() => Promise<void>) | undefined {
  const { filters, clock } = state;
  const asOf = filters.as_of ?? position;
  if (asOf === undefined) return undefined;
  return async () => {
    const href = pinnedHref({ location: window.location, filters, clock, asOf });
    try {
      await navigator.clipboard.writeText(href);
      say("Pinned link copied: it shows these rows at any later time.");
    } catch {
      say(
        <>
          Copying is blocked here. The pinned link: <a href={href}>{href}</a>
        </>,
      );
    }
  };
}
