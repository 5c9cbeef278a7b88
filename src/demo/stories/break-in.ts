import type { Context } from "@daybook/sdk";
import { prefixedId } from "../identifiers.ts";
import type { Random } from "../random.ts";
import { type Activity, type DemoEvent, personActor, type Scene, toEvent } from "../scene.ts";
import { ATTACK_USER_AGENTS } from "../user-agents.ts";
import { FAMILY_NAMES, GIVEN_NAMES } from "../vocabulary.ts";
import type { Organization, Person } from "../world.ts";
import type { Clock } from "./clock.ts";

const DAYS_AGO = 9;
const INTRUDER_IP = "203.0.113.77";
const ATTEMPTS = 260;

/**
 * Credentials stuffed from unusual addresses in the night; one of them works. At 03:12 the intruder creates an API key and
 * empties tables; in the morning an admin cleans up.
 */
export function breakIn(organization: Organization, clock: Clock, random: Random): DemoEvent[] {
  const victim = organization.people.find(({ role }) => role === "developer") ?? random.pick(organization.people);
  const admin = organization.people.find(({ role }) => role === "admin") ?? random.pick(organization.people);
  return [
    ...stuffing(organization, clock, random),
    ...intrusion({ organization, victim, clock, random }),
    ...cleanUp({ organization, victim, admin, clock, random }),
  ];
}

function stuffing(organization: Organization, clock: Clock, random: Random): DemoEvent[] {
  const from = clock(DAYS_AGO, 2, 31);
  const to = clock(DAYS_AGO, 3, 8);
  return Array.from({ length: ATTEMPTS }, (_, attempt) => {
    const atMs = Math.floor(from + ((to - from) * (attempt + random.float())) / ATTEMPTS);
    const scene: Scene = { organization, random, atMs };
    const context: Context = {
      ip: `203.0.113.${random.between(10, 60)}`,
      user_agent: random.pick(ATTACK_USER_AGENTS),
      request_id: prefixedId("req", random),
    };
    const known = random.chance(0.45);
    const person = random.pick(organization.people);
    const guessed = `${random.pick(GIVEN_NAMES)}.${random.pick(FAMILY_NAMES)}`.toLowerCase().normalize("NFC");
    const activity: Activity = {
      action: "auth.login",
      outcome: "failure",
      resource: known ? { type: "user", id: person.id, name: person.name } : { type: "user" },
      description: known ? "Sign-in failed: wrong password." : "Sign-in failed: unknown e-mail address.",
      metadata: {
        reason: known ? "wrong password" : "unknown user",
        method: "password",
        attempt: random.between(1, 6),
      },
    };
    const actor = known
      ? personActor(person)
      : { type: "anonymous" as const, email: `${guessed}@${organization.domain}` };
    return toEvent(scene, actor, context, activity);
  });
}

interface Cast {
  readonly organization: Organization;
  readonly victim: Person;
  readonly clock: Clock;
  readonly random: Random;
}

function intrusion({ organization, victim, clock, random }: Cast): DemoEvent[] {
  const session = prefixedId("sess", random);
  const keyId = stolenKeyId(organization);
  const asIntruder = (atMs: number, activity: Activity): DemoEvent =>
    toEvent({ organization, random, atMs }, personActor(victim), intruderContext(session, random), activity);
  const account = { type: "user", id: victim.id, name: victim.name };
  const deletions = organization.databases.flatMap((table, index) => [0, 1, 2].map((part) => ({ table, index, part })));
  return [
    asIntruder(clock(DAYS_AGO, 3, 9, 41), {
      action: "auth.login",
      resource: account,
      description: "Signed in with a password.",
      metadata: { method: "password", mfa: false, risk: { score: 91, reasons: ["new address", "new device"] } },
    }),
    asIntruder(clock(DAYS_AGO, 3, 12, 4), {
      action: "api_key.create",
      resource: { type: "api_key", id: keyId, name: "backup-sync" },
      description: "Created the API key “backup-sync” with full access.",
      metadata: { scopes: ["*"], expires_in_days: null, prefix: keyId.slice(0, 8) },
    }),
    ...deletions.map(({ table, index, part }) =>
      toEvent(
        { organization, random, atMs: clock(DAYS_AGO, 3, 14 + index, 7 + part * 18) },
        { type: "api_key", id: keyId, name: "backup-sync" },
        { ip: INTRUDER_IP, user_agent: "python-requests/2.32.5", request_id: prefixedId("req", random) },
        {
          action: "db.delete",
          resource: { type: "db", id: table.id, name: table.name },
          description: `Deleted ${1000 * (part + 1) + index} rows from ${table.name} in bulk.`,
          metadata: { rows: 1000 * (part + 1) + index, filter: null, batch: { part: part + 1, of: 3 } },
        },
      ),
    ),
    asIntruder(clock(DAYS_AGO, 3, 26, 33), {
      action: "audit_log.export",
      outcome: "denied",
      resource: { type: "audit_log", id: organization.id },
      description: "Was refused an export of the audit log.",
      metadata: { format: "csv", required_role: "auditor" },
    }),
  ];
}

function intruderContext(session: string, random: Random): Context {
  return {
    ip: INTRUDER_IP,
    user_agent: ATTACK_USER_AGENTS[3],
    request_id: prefixedId("req", random),
    session_id: session,
  };
}

function cleanUp({ organization, victim, admin, clock, random }: Cast & { admin: Person }): DemoEvent[] {
  const session = prefixedId("sess", random);
  const account = { type: "user", id: victim.id, name: victim.name };
  const byAdmin = (minute: number, activity: Activity): DemoEvent =>
    toEvent(
      { organization, random, atMs: clock(DAYS_AGO, 7, minute, random.below(60)) },
      personActor(admin),
      {
        ip: admin.site.officeIp,
        user_agent: admin.desktop,
        request_id: prefixedId("req", random),
        session_id: session,
      },
      activity,
    );
  return [
    byAdmin(40, {
      action: "audit_log.view",
      resource: { type: "audit_log", id: organization.id },
      description: "Viewed the audit log of the last day.",
      metadata: { filters: { ip: "203.0.113.0/24" }, days: 1 },
    }),
    byAdmin(44, {
      action: "session.revoke",
      resource: { type: "session", id: prefixedId("sess", random) },
      targets: [account],
      description: `Ended every session of ${victim.name}.`,
      metadata: { reason: "suspected break-in", sessions: 2, incident: "SEC-41" },
    }),
    byAdmin(45, {
      action: "api_key.delete",
      resource: { type: "api_key", id: stolenKeyId(organization), name: "backup-sync" },
      description: "Deleted the API key “backup-sync”.",
      metadata: { reason: "suspected break-in", incident: "SEC-41" },
    }),
    byAdmin(52, {
      action: "organization.update",
      resource: { type: "organization", id: organization.id, name: organization.name },
      description: "Made two-factor sign-in mandatory for every member.",
      changes: [{ path: "security.two_factor_required", before: false, after: true }],
      metadata: { before: { two_factor_required: false }, after: { two_factor_required: true }, incident: "SEC-41" },
    }),
  ];
}

function stolenKeyId(organization: Organization): string {
  return `key_${organization.id}0b4ck5yncm4de4t0312`.slice(0, 24);
}
