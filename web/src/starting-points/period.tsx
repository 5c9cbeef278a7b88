import { type ReactNode, useMemo, useState } from "react";
import { PeriodContext } from "./period-context.ts";

export function PeriodProvider({ children }: { children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return <PeriodContext value={useMemo(() => ({ open, setOpen }), [open])}>{children}</PeriodContext>;
}
