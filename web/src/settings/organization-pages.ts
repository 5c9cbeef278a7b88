import {
  BellRing,
  Building2,
  KeyRound,
  type LucideIcon,
  ScrollText,
  ShieldCheck,
  SlidersHorizontal,
  Users,
  Waypoints,
} from "lucide-react";
import { mayOpen, type OrganizationPage } from "../shell/permissions.ts";
import type { CurrentOrganization } from "../shell/session.ts";

interface CardContent {
  readonly to: OrganizationPage;
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  /** Shown to everybody: its page says who can. */
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
    text: "Your applications use these keys to send and read events.",
  },
  {
    to: "/settings/organization/streams",
    icon: Waypoints,
    title: "Streams",
    text: "Deliver events to a SIEM, a bucket or a webhook.",
  },
  {
    to: "/settings/organization/alerts",
    icon: BellRing,
    title: "Alerts",
    text: "Notify people when something happens, or stops happening.",
  },
  {
    to: "/settings/organization/integrity",
    icon: ShieldCheck,
    title: "Integrity",
    text: "Signatures, witnesses and verification status.",
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

/** The pages of the organization's settings that one can open. */
export function organizationPages(organization: Pick<CurrentOrganization, "permissions">): readonly CardContent[] {
  return CARDS.filter(({ to, always }) => always || mayOpen(organization, to));
}
