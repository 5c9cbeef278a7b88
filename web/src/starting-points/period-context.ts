import { createContext, useContext } from "react";

/** Whether the page is at reviewing a period, which no filter says. */
interface PeriodReview {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
}

export const PeriodContext = createContext<PeriodReview | undefined>(undefined);

export function usePeriodReview(): PeriodReview {
  const period = useContext(PeriodContext);
  if (period === undefined) throw new Error("No PeriodProvider is around this");
  return period;
}
