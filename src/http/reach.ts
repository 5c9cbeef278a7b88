import { DaybookError } from "../errors.ts";
import { type Manager, PLATFORM_ORGANIZATION, permits, requireScope } from "../identity/index.ts";

/** Every organization's events concern only who can read every one. @param what such things of the platform. @throws DaybookError forbidden, invalid_input */
export function requireReach(
  { principal, organization }: Manager,
  organizations: "own" | "all",
  what: "alerts" | "streams",
): void {
  if (organizations === "own") return;
  if (organization !== PLATFORM_ORGANIZATION) {
    const errors = [{ pointer: "/organizations", message: `must be own: only ${what} of the platform reach all` }];
    throw new DaybookError("invalid_input", "The input is not valid.", { errors });
  }
  if (principal.type === "api_key") {
    requireScope(principal, "events:read");
    return;
  }
  // No viewer is of the platform.
  const memberships = principal.type === "session" ? principal.memberships : [];
  const membership = memberships.find((place) => place.organization === organization);
  if (membership !== undefined && permits(membership, "organization.read_any")) return;
  throw new DaybookError("forbidden", `Only the platform owner can have ${what} of every organization's events.`);
}
