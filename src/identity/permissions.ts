import { createAccessControl } from "better-auth/plugins/access";
import { defaultRoles, defaultStatements } from "better-auth/plugins/organization/access";
import type { Role } from "./contract.ts";

/** Everything a signed-in person may or may not do in an organization. */
export const PERMISSIONS = [
  "audit_log.read",
  "audit_log.export",
  "api_key.read",
  "api_key.manage",
  "member.read",
  "member.manage",
  "organization.read",
  "organization.update",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The one table of who may do what. Routes and console ask it; nothing else decides by a role's name. */
const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  owner: PERMISSIONS,
  admin: PERMISSIONS,
  auditor: ["audit_log.read", "audit_log.export", "api_key.read", "member.read", "organization.read"],
  member: ["organization.read"],
};

export function permits(role: Role, permission: Permission): boolean {
  return ROLE_PERMISSIONS[role].includes(permission);
}

export function permissionsOf(role: Role): readonly Permission[] {
  return ROLE_PERMISSIONS[role];
}

/** better-auth's organization plugin refuses roles it does not know; what an auditor may do is decided by the table above. */
export const BETTER_AUTH_ROLES = {
  ...defaultRoles,
  auditor: createAccessControl(defaultStatements).newRole({}),
};
