declare const authorized: unique symbol;

/** The id of an organization whose events the caller was found to be allowed to see. */
export type Tenant = string & { readonly [authorized]: true };

/** Marks an organization's id as authorized: only for whoever has just decided that, from a key or a session. */
export function authorizedTenant(organization: string): Tenant {
  return organization as Tenant;
}
