import { Link } from "@tanstack/react-router";
import {
  Building2,
  ChevronRight,
  KeyRound,
  type LucideIcon,
  ScrollText,
  ShieldCheck,
  SlidersHorizontal,
  Users,
} from "lucide-react";
import { mayOpen, type OrganizationPage } from "../shell/permissions.ts";
import type { CurrentOrganization } from "../shell/session.ts";
import { Card } from "../ui/card.tsx";

interface CardContent {
  readonly to: OrganizationPage;
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  /** Shown to everybody: its page says who may. */
  readonly always?: true;
}

const CARDS: readonly CardContent[] = [
  {
    to: "/settings/organization/audit-logs",
    icon: ScrollText,
    title: "Audit Logs",
    text: "Review system activity and changes for compliance and security monitoring.",
    always: true,
  },
  {
    to: "/settings/organization/members",
    icon: Users,
    title: "Members",
    text: "Who belongs to the organization, in which role, and who is invited.",
  },
  {
    to: "/settings/organization/api-keys",
    icon: KeyRound,
    title: "API Keys",
    text: "What your applications send and read events with.",
  },
  {
    to: "/settings/organization/integrity",
    icon: ShieldCheck,
    title: "Integrity",
    text: "What is signed, who has seen it, and whether all that is stored still verifies.",
  },
  {
    to: "/settings/organization/general",
    icon: SlidersHorizontal,
    title: "General",
    text: "Name, ID, time zone and data retention.",
  },
  {
    to: "/settings/organization/organizations",
    icon: Building2,
    title: "Organizations",
    text: "Every organization of this deployment.",
  },
];

/** The pages of the organization's settings that one may open. */
export function organizationPages(organization: Pick<CurrentOrganization, "permissions">): readonly CardContent[] {
  return CARDS.filter(({ to, always }) => always || mayOpen(organization, to));
}

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
