import { prefixedId, uuidV4 } from "./identifiers.ts";
import { type Random, Weighted } from "./random.ts";
import { DESKTOP_USER_AGENTS, MOBILE_USER_AGENTS, PROGRAM_USER_AGENTS } from "./user-agents.ts";
import {
  ARTICLE_TITLES,
  CHANNEL_KINDS,
  CHANNEL_NAMES,
  FAMILY_NAMES,
  GIVEN_NAMES,
  KEY_NAMES,
  TABLES,
} from "./vocabulary.ts";

/** A place people work at. Its offset stands still all year: the sample needs working hours, not daylight saving. */
export interface Site {
  readonly city: string;
  readonly utcOffsetHours: number;
  readonly officeIp: string;
}

export type PersonRole = "owner" | "admin" | "developer" | "editor" | "support" | "auditor" | "member";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: PersonRole;
  readonly site: Site;
  readonly homeIp: string;
  readonly desktop: string;
  readonly mobile: string;
}

/** A program that acts by itself. */
export interface Program {
  readonly type: "api_key" | "service" | "agent" | "system";
  readonly id: string;
  readonly name: string;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

export interface Item {
  readonly id: string;
  readonly name: string;
}

/** An organization with those in it and what they own. The lists of items change as activity creates and deletes. */
export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** Share of all activity, relative to the other organizations. */
  readonly weight: number;
  readonly sites: readonly Site[];
  readonly people: Person[];
  readonly programs: readonly Program[];
  readonly articles: Item[];
  readonly channels: (Item & { readonly kind: string })[];
  readonly databases: readonly Item[];
  readonly keys: Item[];
}

export interface OrganizationPlan {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly weight: number;
  readonly people: number;
  readonly sites: readonly { readonly city: string; readonly utcOffsetHours: number }[];
}

const ROLES = new Weighted<PersonRole>([
  [4, "admin"],
  [24, "developer"],
  [18, "editor"],
  [26, "support"],
  [3, "auditor"],
  [25, "member"],
]);

export function buildOrganization(plan: OrganizationPlan, random: Random): Organization {
  const sites = plan.sites.map((site) => ({ ...site, officeIp: `192.0.2.${random.between(1, 254)}` }));
  const emails = new Set<string>();
  const person = (role: PersonRole): Person => {
    const name = `${random.pick(GIVEN_NAMES)} ${random.pick(FAMILY_NAMES)}`;
    return {
      id: uuidV4(random),
      name,
      email: uniqueEmail(name, plan.domain, emails),
      role,
      site: random.pick(sites),
      homeIp: homeAddress(random),
      desktop: random.pick(DESKTOP_USER_AGENTS),
      mobile: random.pick(MOBILE_USER_AGENTS),
    };
  };
  // These roles are always there, so that even a small organization shows every kind of activity.
  const first: PersonRole[] = ["owner", "admin", "developer", "editor", "support", "auditor"];
  const people = Array.from({ length: plan.people }, (_, index) => person(first[index] ?? ROLES.pick(random)));
  return {
    id: plan.id,
    name: plan.name,
    domain: plan.domain,
    weight: plan.weight,
    sites,
    people,
    programs: buildPrograms(random),
    articles: ARTICLE_TITLES.map((name) => ({ id: prefixedId("kb", random), name })),
    channels: CHANNEL_NAMES.map((name) => ({ id: prefixedId("chan", random), name, kind: random.pick(CHANNEL_KINDS) })),
    databases: TABLES.map(({ name }) => ({ id: `db_${plan.id}.${name}`, name })),
    keys: KEY_NAMES.map((name) => ({ id: prefixedId("key", random), name })),
  };
}

function buildPrograms(random: Random): Program[] {
  const program = (type: Program["type"], name: string, remote: boolean): Program => ({
    type,
    id: prefixedId({ api_key: "key", service: "svc", agent: "agt", system: "sys" }[type], random),
    name,
    ip: remote ? homeAddress(random) : undefined,
    userAgent: remote ? random.pick(PROGRAM_USER_AGENTS) : undefined,
  });
  return [
    program("api_key", "ci-deploy", true),
    program("api_key", "crm-sync", true),
    program("api_key", "mobile-backend", true),
    program("service", "billing-worker", true),
    program("service", "notification-worker", true),
    program("agent", "Support assistant", true),
    program("system", "scheduler", false),
  ];
}

function uniqueEmail(name: string, domain: string, taken: Set<string>): string {
  const local = name
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ø", "o")
    .replaceAll("ı", "i")
    .replace(/[^a-z]+/g, ".");
  let email = `${local}@${domain}`;
  for (let count = 2; taken.has(email); count++) email = `${local}${count}@${domain}`;
  taken.add(email);
  return email;
}

/** From the ranges set aside for documentation (RFC 5737, RFC 3849); 203.0.113.0/24 is left to the attacker. */
function homeAddress(random: Random): string {
  if (random.chance(0.6)) return `198.51.100.${random.between(1, 254)}`;
  const group = () => random.between(1, 0xffff).toString(16);
  return `2001:db8:${group()}:${group()}::${group()}`;
}
