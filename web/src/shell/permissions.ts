import type { Permission, Role } from "../api/schema.ts";

/** Whoever the server said what they may do. */
export interface Permitted {
  readonly permissions: readonly Permission[];
}

/**
 * What the console shows depends on the permissions that the server names for the session, and on nothing else; every such choice
 * is made by this file. The server refuses what is not permitted, whatever is shown.
 */
export function may(
  organization: { readonly permissions: readonly Permission[] } | undefined,
  permission: Permission,
): boolean {
  return organization?.permissions.includes(permission) ?? false;
}

/** What each page of an organization needs. */
export const PAGE_PERMISSIONS = {
  "/settings/organization/audit-logs": "audit_log.read",
  "/settings/organization/members": "member.read",
  "/settings/organization/api-keys": "api_key.read",
  "/settings/organization/streams": "stream.read",
  "/settings/organization/integrity": "audit_log.read",
  "/settings/organization/general": "organization.read",
  "/settings/organization/organizations": "organization.read_any",
} as const satisfies Record<string, Permission>;

export type OrganizationPage = keyof typeof PAGE_PERMISSIONS;

/** Whether the page at this address has anything to show for the organization. */
export function mayOpen(organization: Permitted, path: string): boolean {
  const needed = Object.entries(PAGE_PERMISSIONS).find(([page]) => page === path)?.[1];
  return needed === undefined || may(organization, needed);
}

/** Who has a permission, to say whom to ask. A test holds it equal to the server's table. */
export const ROLES_WITH: Readonly<Record<Permission, readonly Role[]>> = {
  "audit_log.read": ["auditor", "admin", "owner"],
  "audit_log.export": ["auditor", "admin", "owner"],
  "audit_log.review": ["auditor", "admin", "owner"],
  "api_key.read": ["auditor", "admin", "owner"],
  "api_key.manage": ["admin", "owner"],
  "member.read": ["auditor", "admin", "owner"],
  "member.manage": ["admin", "owner"],
  "owner.manage": ["owner"],
  "organization.read": ["member", "auditor", "admin", "owner"],
  "organization.update": ["admin", "owner"],
  "stream.read": ["auditor", "admin", "owner"],
  "stream.manage": ["admin", "owner"],
  "organization.create": ["owner"],
  "organization.read_any": ["owner"],
  "integrity.verify": ["admin", "owner"],
};
