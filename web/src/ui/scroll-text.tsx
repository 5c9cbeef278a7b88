import type { ReactNode } from "react";
import { cn } from "./cn.ts";

/** About as many characters as never fill the height. */
const FITS = 240;

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
  return (
    <span
      tabIndex={length > FITS ? 0 : undefined}
      className={cn("max-h-24 overflow-y-auto [overflow-wrap:anywhere]", className)}
    >
      {children}
    </span>
  );
}
