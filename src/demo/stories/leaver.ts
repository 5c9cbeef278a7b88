import { signIn, signOut } from "../activities/account.ts";
import { createKey } from "../activities/administration.ts";
import { deleteRecords, updateRecord } from "../activities/data.ts";
import { prefixedId, uuidV4 } from "../identifiers.ts";
import type { Random } from "../random.ts";
import { type Activity, type DemoEvent, personActor, toEvent } from "../scene.ts";
import type { Organization, Person } from "../world.ts";
import type { Clock } from "./clock.ts";

const FIRST_DAY_AGO = 45;
const LAST_DAY_AGO = 21;

/** A developer's last weeks; on the last day the account and its key are removed, and two days later the key is tried again. */
export function leaver(organization: Organization, clock: Clock, random: Random): DemoEvent[] {
  const model = organization.people.find(({ role }) => role === "developer") ?? random.pick(organization.people);
  const admin = organization.people.find(({ role }) => role === "admin") ?? random.pick(organization.people);
  const person: Person = {
    ...model,
    id: uuidV4(random),
    name: "Rowan Achterberg",
    email: `rowan.achterberg@${organization.domain}`,
    homeIp: "198.51.100.23",
  };
  const events: DemoEvent[] = [];
  for (let day = FIRST_DAY_AGO; day >= LAST_DAY_AGO; day--) {
    if (!isWeekend(clock(day, 12, 0))) events.push(...workday({ organization, person, day, clock, random }));
  }
  const key = events.findLast(({ action }) => action === "api_key.create")?.resource ?? { type: "api_key" };
  events.push(...farewell({ organization, person, admin, clock, random, key }));
  return events;
}

interface Day {
  readonly organization: Organization;
  readonly person: Person;
  readonly day: number;
  readonly clock: Clock;
  readonly random: Random;
}

function workday({ organization, person, day, clock, random }: Day): DemoEvent[] {
  const session = prefixedId("sess", random);
  const at = (hour: number, activity: (scene: Parameters<typeof signIn>[0]) => Activity): DemoEvent => {
    const scene = { organization, random, atMs: clock(day, hour, random.below(60), random.below(60)) };
    const context = {
      ip: person.site.officeIp,
      user_agent: person.desktop,
      request_id: prefixedId("req", random),
      session_id: session,
    };
    return toEvent(scene, personActor(person), context, activity(scene));
  };
  return [
    at(8, (scene) => signIn(scene, person, true)),
    at(9, day % 9 === 0 ? createKey : updateRecord),
    at(11, updateRecord),
    at(14, random.chance(0.3) ? deleteRecords : updateRecord),
    at(16, (scene) => signOut(scene, person)),
  ];
}

function farewell({
  organization,
  person,
  admin,
  clock,
  random,
  key,
}: Omit<Day, "day"> & { admin: Person; key: Activity["resource"] }): DemoEvent[] {
  const member = { type: "member", id: person.id, name: person.name };
  const context = { ip: admin.site.officeIp, user_agent: admin.desktop, session_id: prefixedId("sess", random) };
  const byAdmin = (minute: number, activity: Activity): DemoEvent =>
    toEvent(
      { organization, random, atMs: clock(LAST_DAY_AGO, 17, minute) },
      personActor(admin),
      { ...context, request_id: prefixedId("req", random) },
      activity,
    );
  return [
    byAdmin(2, {
      action: "member.remove",
      resource: member,
      description: `Removed ${person.name} from the organization.`,
      changes: [{ path: "membership", before: { role: person.role, status: "active" }, after: null }],
      metadata: { reason: "left", last_working_day: true, ticket: "HR-208" },
    }),
    byAdmin(3, {
      action: "session.revoke",
      resource: { type: "session", id: prefixedId("sess", random) },
      targets: [member],
      description: `Ended every session of ${person.name}.`,
      metadata: { reason: "member removed", sessions: 1 },
    }),
    byAdmin(9, {
      action: "api_key.delete",
      resource: key,
      targets: [member],
      description: `Deleted the API key “${key.name}” that ${person.name} had made.`,
      metadata: { reason: "owner left", ticket: "HR-208" },
    }),
    toEvent(
      { organization, random, atMs: clock(LAST_DAY_AGO - 2, 22, 47, 12) },
      {
        type: "api_key",
        ...(key.id === undefined ? {} : { id: key.id }),
        ...(key.name === undefined ? {} : { name: key.name }),
      },
      { ip: person.homeIp, user_agent: "curl/8.14.1", request_id: prefixedId("req", random) },
      {
        action: "db.update",
        outcome: "denied",
        resource: { type: "db", id: organization.databases[0]?.id ?? organization.id },
        description: "Was refused: the API key had been deleted.",
        metadata: { reason: "key deleted", key_prefix: key.id?.slice(0, 8) ?? null },
      },
    ),
  ];
}

function isWeekend(atMs: number): boolean {
  const day = new Date(atMs).getUTCDay();
  return day === 0 || day === 6;
}
