import { useEffect } from "react";
import { lazyPart } from "../../shell/lazy-part.tsx";

/** What an expanded row shows; not needed for the first look, and there before anybody opens one. */
export const LogDetail = lazyPart(() => import("./log-detail.tsx"));

const IDLE_AFTER_MS = 300;

/** Loads the details once the rows are drawn and the page has nothing better to do. */
export function usePreloadedDetail(): void {
  useEffect(() => {
    const timer = setTimeout(LogDetail.preload, IDLE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}
