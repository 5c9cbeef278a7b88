import type { Feature } from "../audit-logs/slots.ts";
import { ReviewMenu, Since } from "./in-page.tsx";
import { LastSignOffProvider } from "./last-sign-off.tsx";

/** Reviews of what the page shows, and what came since. Signing off is `SignOff`, which is given the dialog. */
export const reviews: Feature = {
  name: "reviews",
  Provider: LastSignOffProvider,
  Menu: ReviewMenu,
  Banner: Since,
};
