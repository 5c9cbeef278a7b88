import { expect, it } from "vitest";
import { organizationId } from "./organization-id.ts";

it("derives an organization's id from its name", () => {
  expect(organizationId("  Acme, Inc.  ")).toBe("acme-inc");
  expect(organizationId("Größe & Söhne")).toBe("gro-e-sohne");
  expect(organizationId("日本")).toBe("");
});
