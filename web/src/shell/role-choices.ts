import type { Permission, Role } from "../api/schema.ts";
import { may, type Permitted } from "./permissions.ts";

/** A role as it is offered to somebody. */
interface RoleChoice {
  readonly role: Role;
  readonly summary: string;
  /** What one needs to give this role to somebody, or to take it. */
  readonly givenBy: Permission;
}

export const ROLE_CHOICES: readonly RoleChoice[] = [
  { role: "owner", summary: "Can do everything. Only owners can add and remove owners.", givenBy: "owner.manage" },
  { role: "admin", summary: "Manages members, keys and settings; reads and exports logs.", givenBy: "member.manage" },
  {
    role: "auditor",
    summary: "Reads and exports logs, sees members and keys; changes nothing.",
    givenBy: "member.manage",
  },
  { role: "member", summary: "Belongs to the organization; has no access to logs.", givenBy: "member.manage" },
];

/** The roles that somebody may give to others. */
export function rolesToGive(organization: Permitted): readonly RoleChoice[] {
  return ROLE_CHOICES.filter(({ givenBy }) => may(organization, givenBy));
}

/** Whether somebody of this role may be given another one, or be removed. */
export function mayManage(organization: Permitted, role: string): boolean {
  return rolesToGive(organization).some((choice) => choice.role === role);
}
