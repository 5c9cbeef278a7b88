import type { Permission, Role } from "../api/schema.ts";

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
  "stream.read": ["admin", "owner"],
  "stream.manage": ["admin", "owner"],
  "alert.manage": ["admin", "owner"],
  "organization.create": ["owner"],
  "organization.read_any": ["owner"],
  "integrity.verify": ["admin", "owner"],
};
