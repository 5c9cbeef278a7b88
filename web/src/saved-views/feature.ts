import type { Feature } from "../audit-logs/slots.ts";
import { FollowedViewProvider } from "./followed.tsx";
import { Pinned, ViewsMenu } from "./in-page.tsx";

/** Filters under names, and links that show the same rows later. */
export const savedViews: Feature = {
  name: "saved views",
  Provider: FollowedViewProvider,
  Menu: ViewsMenu,
  Banner: Pinned,
};
