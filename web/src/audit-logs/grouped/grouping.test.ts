import { expect, it } from "vitest";
import { filtersOfGroup } from "./grouping.ts";

it("asks for one group beside the other filters", () => {
  const filters = { q: "x", actor_id: ["u1", "u2"], range: "7d" } as const;
  expect(filtersOfGroup(filters, "actor_id", { value: "u2" })).toEqual({ ...filters, actor_id: ["u2"] });
  expect(filtersOfGroup(filters, "ip", { value: "192.0.2.1" })).toEqual({ ...filters, ip: ["192.0.2.1"] });
  expect(filtersOfGroup(filters, "resource", { value: "1", type: "db" })).toEqual({
    ...filters,
    resource_id: ["1"],
    resource_type: "db",
  });
});
