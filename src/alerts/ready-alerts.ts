import { type OrganizationInfo, PLATFORM_ORGANIZATION } from "../identity/index.ts";
import type { Condition } from "./definition.ts";

/** An alert that is ready: people only switch it on. */
export interface ReadyAlert {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly condition: Condition;
  readonly filter: { readonly [name: string]: string | readonly string[] };
}

/** For an organization that has set none. */
const OFFICE_HOURS = "mon-fri 08:00-18:00";
const DELETIONS = [
  "api_key.delete",
  "channel.delete",
  "db.delete",
  "knowledge.delete",
  "member.remove",
  "stream.delete",
];

/**
 * Each uses the organization's own settings: its office hours in its time zone. Two exist only for the platform, because they are about its events.
 * @param hasAddressDatabase whether the countries of addresses are known.
 */
export function readyAlerts(
  { id, officeHours, timeZone }: Pick<OrganizationInfo, "id" | "officeHours" | "timeZone">,
  hasAddressDatabase: boolean,
): ReadyAlert[] {
  return [
    ...ofAccess(officeHours ?? OFFICE_HOURS, timeZone ?? "UTC", hasAddressDatabase),
    ...OF_DATA,
    ...(id === PLATFORM_ORGANIZATION ? OF_PLATFORM : []),
  ];
}

/** About sign-ins, API keys and roles. */
function ofAccess(officeHours: string, tz: string, hasAddressDatabase: boolean): ReadyAlert[] {
  return [
    {
      id: "failed_sign_ins",
      name: "Failed sign-ins from one network",
      description: "10 failed sign-ins from one network within 10 minutes.",
      condition: { type: "threshold", count: 10, minutes: 10, by: "network" },
      filter: { action: ["auth.login"], outcome: ["failure", "denied"] },
    },
    {
      id: "new_country_after_failures",
      name: "Sign-in from a new country or address after failures",
      description: hasAddressDatabase
        ? "A user signs in from a country not seen in 90 days, after 3 failures within an hour. If the country is not known, the network counts."
        : "A user signs in from a network (/24, /64) not seen in 90 days, after 3 failures within an hour. Countries are not known: the server has no address database.",
      condition: { type: "new_value", of: "country", per: "user", after_failures: 3 },
      filter: { action: ["auth.login"] },
    },
    {
      id: "key_outside_office_hours",
      name: "API key created outside office hours",
      description: `An API key is created outside office hours: ${officeHours} in ${tz}.`,
      condition: { type: "match" },
      filter: { action: ["api_key.create"], not_time_of_day: [officeHours], tz },
    },
    {
      id: "role_raised_to_owner",
      name: "Role raised to owner",
      description: "Somebody becomes an owner.",
      condition: { type: "match" },
      filter: { action: ["member.role_update", "member.add"], "metadata.role": ["owner"] },
    },
    {
      id: "two_factor_off",
      name: "Two-factor turned off",
      description: "Somebody turns two-factor sign-in off.",
      condition: { type: "match" },
      filter: { action: ["two_factor.disable"], outcome: ["success"] },
    },
  ];
}

/** About exports, deletions and events that no longer come. */
const OF_DATA: readonly ReadyAlert[] = [
  {
    id: "mass_export",
    name: "Mass export",
    description: "One user exports 5 times within an hour.",
    condition: { type: "threshold", count: 5, minutes: 60, by: "user" },
    // The end of an export can be an event of its own.
    filter: { action: ["audit_log.export"], "metadata.state": ["started"] },
  },
  {
    id: "mass_deletion",
    name: "Mass deletion",
    description: "One user deletes 10 things within 10 minutes.",
    condition: { type: "threshold", count: 10, minutes: 10, by: "user" },
    filter: { action: DELETIONS },
  },
  {
    id: "logs_silent",
    name: "Logs silent",
    description: "No API key has sent an event for 24 hours.",
    condition: { type: "silence", minutes: 1440, source: "api_key" },
    filter: {},
  },
];

const OF_PLATFORM: readonly ReadyAlert[] = [
  {
    id: "signing_key_rotated",
    name: "Signing key rotated",
    description: "The key that signs checkpoints is replaced.",
    condition: { type: "match" },
    filter: { action: ["signing_key.rotate"] },
  },
  {
    id: "verification_failed",
    name: "Verification failed",
    description: "What is stored is not what was recorded or signed.",
    condition: { type: "match" },
    filter: { action: ["audit_log.verify"], outcome: ["failure"] },
  },
];
