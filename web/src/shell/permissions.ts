import type { Permission } from "../api/schema.ts";

/** Whoever the server said what they can do. */
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
  "/settings/organization/alerts": "alert.manage",
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
