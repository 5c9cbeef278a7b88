/** Words that the rest of identity is written in. It imports nothing, so that everything can import it. */

/** The deployment itself, as an organization: its owner is who set Daybook up. */
export const PLATFORM_ORGANIZATION = "daybook";

export const SCOPES = [
  "events:write",
  "events:read",
  "organizations:write",
  "keys:manage",
  "streams:manage",
  "alerts:manage",
] as const;
export type Scope = (typeof SCOPES)[number];

export const ROLES = ["owner", "admin", "auditor", "member"] as const;
export type Role = (typeof ROLES)[number];
