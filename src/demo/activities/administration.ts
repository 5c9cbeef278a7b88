import { prefixedId, uuidV4 } from "../identifiers.ts";
import type { Activity, Scene } from "../scene.ts";
import { GIVEN_NAMES, KEY_NAMES } from "../vocabulary.ts";
import type { PersonRole } from "../world.ts";

const SCOPES = ["messages:write", "knowledge:read", "knowledge:write", "channels:read", "orders:read"] as const;
const GIVEN_ROLES: readonly PersonRole[] = ["admin", "developer", "editor", "support", "auditor", "member"];

export function createKey({ organization, random }: Scene): Activity {
  const key = { id: prefixedId("key", random), name: random.pick(KEY_NAMES) };
  organization.keys[random.below(organization.keys.length)] = key;
  const scopes = [...new Set([random.pick(SCOPES), random.pick(SCOPES)])];
  return {
    action: "api_key.create",
    resource: { type: "api_key", ...key },
    description: `Created the API key “${key.name}” with ${scopes.length === 1 ? "one scope" : `${scopes.length} scopes`}.`,
    metadata: { scopes, expires_in_days: random.pick([30, 90, 365, null]), prefix: key.id.slice(0, 8) },
  };
}

export function deleteKey({ organization, random }: Scene): Activity {
  const index = random.below(organization.keys.length);
  const key = random.pick(organization.keys.slice(index, index + 1));
  organization.keys[index] = { id: prefixedId("key", random), name: random.pick(KEY_NAMES) };
  return {
    action: "api_key.delete",
    resource: { type: "api_key", ...key },
    description: `Deleted the API key “${key.name}”.`,
    metadata: { reason: random.pick(["rotated", "unused", "owner left"]), last_used_days_ago: random.below(120) },
  };
}

export function changeMembers({ organization, random }: Scene): Activity {
  const person = random.pick(organization.people);
  const role = random.pick(GIVEN_ROLES);
  const invitee = `${random.pick(GIVEN_NAMES).toLowerCase()}.${random.below(900)}@${organization.domain}`;
  const member = { type: "member", id: person.id, name: person.name };
  switch (random.below(4)) {
    case 0:
      return {
        action: "member.invite",
        resource: { type: "invitation", id: prefixedId("inv", random), name: invitee },
        description: `Invited a new ${role} to the organization.`,
        metadata: { role, expires_in_days: 7 },
      };
    case 1:
      return {
        action: "member.add",
        resource: { type: "member", id: uuidV4(random), name: invitee },
        description: `Added a new ${role} to the organization.`,
        metadata: { role, via: random.pick(["invitation", "directory sync"]) },
      };
    case 2:
      return {
        action: "member.remove",
        resource: { type: "member", id: uuidV4(random) },
        description: "Removed a member from the organization.",
        metadata: { reason: random.pick(["left", "contract ended"]), sessions_ended: random.below(4) },
      };
    default: {
      const before = random.pick(GIVEN_ROLES.filter((candidate) => candidate !== role));
      return {
        action: "member.role_update",
        resource: member,
        description: `Changed the role of ${person.name} from ${before} to ${role}.`,
        changes: [{ path: "role", before, after: role }],
      };
    }
  }
}

export function changeOrganization({ organization, random }: Scene): Activity {
  const resource = { type: "organization", id: organization.id, name: organization.name };
  if (random.chance(0.15)) {
    const name = `${organization.name} ${random.pick(["sandbox", "staging", "training"])}`;
    return {
      action: "organization.create",
      resource: { type: "organization", id: prefixedId("org", random), name },
      description: `Created the organization “${name}”.`,
      metadata: { parent: organization.id },
    };
  }
  const before = random.pick([30, 60, 240]);
  const after = random.pick([15, 120, 480]);
  return {
    action: "organization.update",
    resource,
    description: `Changed the session time-out from ${before} to ${after} minutes.`,
    changes: [{ path: "security.session_timeout_min", before, after }],
    metadata: { before: { session_timeout_min: before }, after: { session_timeout_min: after } },
  };
}

/** Actions that a product names itself, outside those Daybook knows. */
export function changeBilling({ organization, random }: Scene): Activity {
  const before = random.between(10, 190);
  const after = before + random.between(1, 30);
  return {
    action: random.chance(0.7) ? "billing.update" : "billing.invoice_paid",
    resource: { type: "subscription", id: prefixedId("sub", random), name: organization.name },
    description: `Changed the number of seats from ${before} to ${after}.`,
    changes: [{ path: "seats", before, after }],
    metadata: { currency: "EUR", amount: after * 12.5, plan: { interval: "month", trial: false } },
  };
}

export function reviewLog({ organization, random }: Scene): Activity {
  const resource = { type: "audit_log", id: organization.id };
  const days = random.pick([7, 30, 90]);
  switch (random.below(3)) {
    case 0:
      return {
        action: "audit_log.view",
        resource,
        description: `Viewed the audit log of the last ${days} days.`,
        metadata: { filters: { action: ["auth.login"], outcome: "failure" }, days },
      };
    case 1:
      return {
        action: "audit_log.export",
        resource,
        description: `Exported the audit log of the last ${days} days as CSV.`,
        metadata: { format: "csv", days, rows: random.between(200, 30_000) },
      };
    default:
      return {
        action: "audit_log.review",
        resource,
        description: "Marked the weekly review of the audit log as done.",
        metadata: { findings: random.below(3), week: random.between(1, 52) },
      };
  }
}
