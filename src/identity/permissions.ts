import { createAccessControl } from "better-auth/plugins/access";
import { defaultRoles, defaultStatements } from "better-auth/plugins/organization/access";
import { PLATFORM_ORGANIZATION, type Role, type Scope } from "./vocabulary.ts";

/** Everything a signed-in person can or cannot do in an organization. */
export const PERMISSIONS = [
  "audit_log.read",
  "audit_log.export",
  "audit_log.review",
  "api_key.read",
  "api_key.manage",
  "member.read",
  "member.manage",
  "owner.manage",
  "organization.read",
  "organization.update",
  "stream.read",
  "stream.manage",
  "alert.manage",
  "organization.create",
  "organization.read_any",
  "integrity.verify",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** What reaches beyond one organization: had by role in the platform's own, `daybook`, and nowhere else. */
export const PLATFORM_PERMISSIONS: readonly Permission[] = [
  "organization.create",
  "organization.read_any",
  "integrity.verify",
];

const READING: readonly Permission[] = ["audit_log.read", "audit_log.export"];
const REVIEWING: readonly Permission[] = [...READING, "audit_log.review"];

/** The one table of who can do what. Routes and console ask it; nothing else decides by a role's name. */
const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: PERMISSIONS,
  admin: [
    ...REVIEWING,
    "api_key.read",
    "api_key.manage",
    "member.read",
    "member.manage",
    "organization.read",
    "organization.update",
    "stream.read",
    "stream.manage",
    "alert.manage",
    "integrity.verify",
  ],
  auditor: [...REVIEWING, "api_key.read", "member.read", "organization.read"],
  member: ["organization.read"],
};

/** What the platform owner can do in an organization that they do not belong to… */
const VISITOR_PERMISSIONS: readonly Permission[] = [...READING, "organization.read"];
/** …and as long as that has no owner: somebody has to invite the first one. */
const FOUNDER_PERMISSIONS: readonly Permission[] = [
  ...VISITOR_PERMISSIONS,
  "member.read",
  "member.manage",
  "owner.manage",
];

/** What a person is in an organization. */
export interface RoleIn {
  readonly organization: string;
  readonly role: Role;
}

export function permits({ organization, role }: RoleIn, permission: Permission): boolean {
  if (organization !== PLATFORM_ORGANIZATION && PLATFORM_PERMISSIONS.includes(permission)) return false;
  return ROLE_PERMISSIONS[role].includes(permission);
}

export function permissionsOf(membership: RoleIn): readonly Permission[] {
  return PERMISSIONS.filter((permission) => permits(membership, permission));
}

/** Whether one of these places of a person is that of the platform owner, who can look into every organization. */
export function ownsPlatform(memberships: readonly RoleIn[]): boolean {
  return memberships.some((membership) => permits(membership, "organization.read_any"));
}

/** What the platform owner can do in an organization that they do not belong to. */
export function visitorPermissions(organizationHasOwner: boolean): readonly Permission[] {
  return organizationHasOwner ? VISITOR_PERMISSIONS : FOUNDER_PERMISSIONS;
}

/** What a person must be allowed to do in an organization to give one of its keys a scope. */
const SCOPE_PERMISSIONS: Record<Scope, Permission> = {
  "events:write": "api_key.manage",
  "events:read": "audit_log.read",
  "organizations:write": "organization.create",
  "keys:manage": "api_key.manage",
  "streams:manage": "stream.manage",
  "alerts:manage": "alert.manage",
};

/** Whether a person can give a key a scope. A key of the platform acts in every organization: only its owner makes one. */
export function mayGrant(membership: RoleIn, scope: Scope): boolean {
  const anywhere = scope === "events:read" ? "organization.read_any" : "organization.create";
  const ofPlatform = membership.organization === PLATFORM_ORGANIZATION;
  return permits(membership, SCOPE_PERMISSIONS[scope]) && (!ofPlatform || permits(membership, anywhere));
}

/** Whether a role makes its holder an owner, whom only `owner.manage` makes, changes and removes. */
export function isOwner(role: Role): boolean {
  return ROLE_PERMISSIONS[role].includes("owner.manage");
}

/** better-auth's organization plugin refuses roles it does not know; what an auditor may do is decided by the table above. */
export const BETTER_AUTH_ROLES = {
  ...defaultRoles,
  auditor: createAccessControl(defaultStatements).newRole({}),
};
