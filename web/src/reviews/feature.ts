import type { Feature } from "../audit-logs/slots.ts";
import { ReviewMenu, SignOff, Since } from "./in-page.tsx";
import { LastSignOffProvider } from "./last-sign-off.tsx";

/** Signing off what the page shows, and what came since. */
export const reviews: Feature = {
  name: "reviews",
  Provider: LastSignOffProvider,
  Menu: ReviewMenu,
  Banner: Since,
  Overlay: SignOff,
};
