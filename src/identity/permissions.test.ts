import { expect, it } from "vitest";
import { ROLES } from "./contract.ts";
import { PERMISSIONS, permissionsOf, permits } from "./permissions.ts";

it("gives each role what it may do, and no more", () => {
  const table = Object.fromEntries(
    ROLES.map((role) => [role, PERMISSIONS.filter((permission) => permits(role, permission))]),
  );
  expect(table).toEqual({
    owner: PERMISSIONS,
    admin: PERMISSIONS,
    auditor: ["audit_log.read", "audit_log.export", "api_key.read", "member.read", "organization.read"],
    member: ["organization.read"],
  });
  for (const role of ROLES) expect(permissionsOf(role)).toEqual(table[role]);
});
