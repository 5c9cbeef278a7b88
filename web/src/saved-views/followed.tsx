import { type ReactNode, useMemo, useState } from "react";
import { FollowedViewContext } from "./followed-context.ts";

/** Around the page: the menu moves when the window becomes narrow, and has to know the view afterwards. */
export function FollowedViewProvider({ children }: { children: ReactNode }) {
  const [id, follow] = useState<string>();
  return <FollowedViewContext value={useMemo(() => ({ id, follow }), [id])}>{children}</FollowedViewContext>;
}
