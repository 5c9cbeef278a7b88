import type { BadgeVariant } from "../event/badge-variant.ts";

/** How a series is drawn. */
export const SERIES_CLASS: Readonly<Record<BadgeVariant, string>> = {
  default: "fill-series-default",
  destructive: "fill-series-destructive",
  secondary: "fill-series-secondary",
  outline: "fill-series-outline stroke-series-outline-edge",
};
