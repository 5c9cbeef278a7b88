import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { CurrentOrganization } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";
import { organizationPages } from "./organization-pages.ts";

/** Each as a card. */
export function OrganizationCards({ organization }: { organization: CurrentOrganization }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {organizationPages(organization).map(({ to, icon: Icon, title, text }) => (
        <Card
          key={to}
          className="group relative flex gap-3.5 p-5 transition-colors hover:border-muted-foreground/50 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-ring"
        >
          <span className="flex size-9 shrink-0 items-center justify-center rounded-lg border border-border bg-muted">
            <Icon aria-hidden className="size-4.5" />
          </span>
          <div className="min-w-0 flex-1">
            <h2 className="text-base font-semibold">
              <Link to={to} className="outline-none after:absolute after:inset-0 after:rounded-xl after:content-['']">
                {title}
              </Link>
            </h2>
            <p className="mt-0.5 text-sm text-pretty text-muted-foreground">{text}</p>
          </div>
          <ChevronRight
            aria-hidden
            className="size-4 self-center text-muted-foreground transition-transform group-hover:translate-x-0.5"
          />
        </Card>
      ))}
    </div>
  );
}
