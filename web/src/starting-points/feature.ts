import type { Feature } from "../audit-logs/slots.ts";
import { StartHereMenu, StartHereRow, StartingPointPanel } from "./in-page.tsx";
import { PeriodProvider } from "./period.tsx";

/** The page's starting points, and the next step of each. */
export const startingPoints: Feature = {
  name: "starting-points",
  Provider: PeriodProvider,
  Menu: StartHereMenu,
  Row: StartHereRow,
  Panel: StartingPointPanel,
};
