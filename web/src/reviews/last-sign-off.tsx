import { type ReactNode, useMemo, useState } from "react";
import { LastSignOffContext } from "./last-sign-off-context.ts";

export function LastSignOffProvider({ children }: { children: ReactNode }) {
  const [query, note] = useState<string>();
  return <LastSignOffContext value={useMemo(() => ({ query, note }), [query])}>{children}</LastSignOffContext>;
}
