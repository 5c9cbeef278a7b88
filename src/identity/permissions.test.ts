import { expect, it } from "vitest";
import { isOwner, PERMISSIONS, PLATFORM_PERMISSIONS, permissionsOf, permits } from "./permissions.ts";
import { ROLES } from "./vocabulary.ts";

const OWNERS_ALONE = ["owner.manage"];
const READING = ["audit_log.read", "audit_log.export"];
const READERS = [...READING, "audit_log.review", "api_key.read", "member.read", "organization.read"];

it("gives each role its permissions, and no more", () => {
  const table = (organization: string) =>
    Object.fromEntries(ROLES.map((role) => [role, permissionsOf({ organization, role })]));
  const inAnOrganization = PERMISSIONS.filter((permission) => !PLATFORM_PERMISSIONS.includes(permission));
  const acme = {
    owner: inAnOrganization,
    admin: inAnOrganization.filter((permission) => !OWNERS_ALONE.includes(permission)),
    auditor: READERS,
    member: ["organization.read"],
  };
  expect(table("acme")).toEqual(acme);
  expect(table("daybook")).toEqual({
    ...acme,
    owner: PERMISSIONS,
    admin: [...acme.admin, "integrity.verify"],
  });
});

it("answers for one permission as for all", () => {
  for (const organization of ["acme", "daybook"])
    for (const role of ROLES)
      for (const permission of PERMISSIONS) {
        const membership = { organization, role };
        expect(permits(membership, permission)).toBe(permissionsOf(membership).includes(permission));
      }
});

it("knows one role whose holders are owners", () => {
  expect(ROLES.filter(isOwner)).toEqual(["owner"]);
});
