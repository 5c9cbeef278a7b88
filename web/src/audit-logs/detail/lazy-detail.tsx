import { type ReactNode, Suspense } from "react";

/** Room for the details while they are on their way. */
export function DetailRoom({ children }: { children: ReactNode }) {
  return <Suspense fallback={<div className="h-72" />}>{children}</Suspense>;
}
