import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** What is shown whole, however narrow its place. */
const WHOLE_MAX = 240;

/** Text that scrolls when it is long, by keyboard too. @param length of the text, in characters. */
export function ScrollText({
  length,
  className,
  children,
}: {
  length: number;
  className?: string;
  children: ReactNode;
}) {
  const scrolls = length > WHOLE_MAX;
  return (
    <span
      tabIndex={scrolls ? 0 : undefined}
      className={cn("[overflow-wrap:anywhere]", scrolls && "max-h-24 overflow-y-auto", className)}
    >
      {children}
    </span>
  );
}
