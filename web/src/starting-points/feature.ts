import type { Feature } from "../audit-logs/slots.ts";
import { StartHereMenu, StartHereRow } from "./in-page.tsx";
import { PeriodProvider } from "./period.tsx";

/** The page's starting points. The next step of each is `StartingPointPanel`, which is given what other features do in it. */
export const startingPoints: Feature = {
  name: "starting-points",
  Provider: PeriodProvider,
  Menu: StartHereMenu,
  Row: StartHereRow,
};
