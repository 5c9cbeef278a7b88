import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PERMISSIONS, type Permission, permits, visitorPermissions } from "../../src/identity/permissions.ts";
import { ROLES } from "../../src/identity/vocabulary.ts";

const page = readFileSync(new URL("../../docs/organizations.md", import.meta.url), "utf8");

function visitor(permission: Permission): string {
  if (
    permits({ organization: "daybook", role: "owner" }, permission) &&
    !permits({ organization: "acme", role: "owner" }, permission)
  ) {
    return "–";
  }
  if (visitorPermissions(true).includes(permission)) return "yes";
  return visitorPermissions(false).includes(permission) ? "at first" : "no";
}

it("the page of organizations says of every permission who has it, as the program does", () => {
  const rows = page
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => cells.length === 9 && cells[1]?.startsWith("`"));
  const table = PERMISSIONS.map((permission) => [
    `\`${permission}\``,
    ...ROLES.map((role) => {
      if (permits({ organization: "acme", role }, permission)) return "yes";
      return permits({ organization: "daybook", role }, permission) ? "platform" : "no";
    }),
    visitor(permission),
  ]);
  expect(rows.map(([, permission, , ...who]) => [permission, ...who.slice(0, -1)])).toEqual(table);
});
