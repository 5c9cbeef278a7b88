/** Words that the rest of identity is written in. It imports nothing of identity, so that everything can import it. */

export { PLATFORM_ORGANIZATION } from "@daybook/sdk";

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
