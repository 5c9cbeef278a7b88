import { ChevronRight } from "lucide-react";
import { Children, type ReactNode } from "react";

/** The way to this page; the last child is the page itself. */
export function Breadcrumb({ children }: { children: ReactNode }) {
  const crumbs = Children.toArray(children);
  return (
    <nav aria-label="Breadcrumb">
      <ol className="flex flex-wrap items-center gap-1 text-sm text-muted-foreground">
        {crumbs.map((crumb, index) => {
          const last = index === crumbs.length - 1;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a crumb is known by its place.
            <li key={index} className="flex items-center gap-1" {...(last && { "aria-current": "page" as const })}>
              <span className={last ? "text-foreground" : ""}>{crumb}</span>
              {!last && <ChevronRight aria-hidden className="size-3.5" />}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
