import { describe, expect, it } from "vitest";
import { loggedEvent } from "../../event/event.fixture.ts";
import type { Filters } from "../../filters/filters.ts";
import { type PivotColumn, pivotsOf } from "./pivots.ts";

const event = loggedEvent({
  action: "auth.login",
  outcome: "failure",
  actor: { type: "user", id: "u1", role: "admin", name: "Ada" },
  resource: { type: "session", id: "s1" },
  description: "Entered a wrong password",
  context: { ip: "2001:db8::1" },
});

/** What a label leads to. */
function pivots(column: PivotColumn, filters: Filters = {}, of = event): Record<string, unknown> {
  const groups = pivotsOf(of, column, filters);
  return Object.fromEntries(
    groups.flatMap((group) =>
      group.pivots.map((one) => [
        one.label,
        one.kind === "copy" ? one.value : one.kind === "about" ? one.subject : one.filters,
      ]),
    ),
  );
}

describe("a cell leads to", () => {
  it("what happened a quarter of an hour before and after, whatever was filtered", () => {
    expect(pivots("timestamp", { q: "x", range: "7d" })).toMatchObject({
      "±15 min around": { start: "2026-11-22T11:45:00Z", end: "2026-11-22T12:15:00Z" },
      "Copy epoch milliseconds": "1795348800000",
    });
  });

  it("its action or family, alone or left out, beside the other filters", () => {
    expect(pivots("action", { action: ["db.update", "-db.delete"], role: ["admin"] })).toEqual({
      "Filter for auth.login": { role: ["admin"], action: ["auth.login", "-db.delete"] },
      "Filter for auth.*": { role: ["admin"], action: ["auth.*", "-db.delete"] },
      "Filter for outcome failure": { role: ["admin"], action: ["db.update", "-db.delete"], outcome: ["failure"] },
      "Exclude auth.login": { role: ["admin"], action: ["db.update", "-db.delete", "-auth.login"] },
      "Exclude auth.*": { role: ["admin"], action: ["db.update", "-db.delete", "-auth.*"] },
      "Exclude outcome failure": { role: ["admin"], action: ["db.update", "-db.delete"], not_outcome: ["failure"] },
      "Copy action": "auth.login",
    });
  });

  it("takes an exclusion back with its filter, and a filter with its exclusion", () => {
    expect(pivots("action", { action: ["-auth.login"] })["Filter for auth.login"]).toEqual({ action: ["auth.login"] });
    expect(pivots("action", { action: ["auth.login"] })["Exclude auth.login"]).toEqual({ action: ["-auth.login"] });
  });

  it("what it holds left out, of every field that can be filtered for", () => {
    const filters: Filters = { q: "x", actor_id: ["u1"], not_role: ["owner"], not_ip: ["2001:db8::1"] };
    expect(pivots("user", filters)).toMatchObject({
      "Exclude this user": { q: "x", not_actor_id: ["u1"], not_role: ["owner"], not_ip: ["2001:db8::1"] },
      "Exclude this role": { ...filters, not_role: ["owner", "admin"] },
    });
    expect(pivots("user", filters)["Exclude this user"]).not.toHaveProperty("actor_id");
    expect(pivots("resource", filters)).toMatchObject({
      "Exclude this type": { ...filters, not_resource_type: ["session"] },
      "Exclude this resource": { ...filters, not_resource_id: ["s1"] },
    });
    expect(pivots("ip", filters)["Exclude this address"]).toEqual(filters);
    expect(pivots("ip", filters)["Filter for this address"]).toEqual({
      q: "x",
      actor_id: ["u1"],
      not_role: ["owner"],
      ip: ["2001:db8::1"],
    });
  });

  it("no exclusion that the server or the address has no room for", () => {
    const names = (filters: Filters) => Object.keys(pivots("user", filters)).filter((label) => /^Exclude/.test(label));
    const ids = (count: number, length: number) =>
      Array.from({ length: count }, (_, i) => `${i}`.padStart(length, "x"));
    expect(names({ not_actor_id: ids(100, 3) })).toEqual(["Exclude this role"]);
    expect(names({ not_actor_id: ids(99, 3) })).toEqual(["Exclude this user", "Exclude this role"]);
    expect(names({ not_resource_id: ids(20, 200) })).toEqual([]);
  });

  it("everything by its user and of its resource in the same range, with no other filter", () => {
    const filters = { q: "x", start: "2026-11-01", end: "2026-11-20", action: ["auth.login"] };
    const range = { start: "2026-11-01", end: "2026-11-20" };
    expect(pivots("user", filters)["All by this user"]).toEqual({ ...range, actor_id: ["u1"] });
    expect(pivots("resource", filters)["This resource’s history"]).toEqual({
      ...range,
      resource_id: ["s1"],
      resource_type: "session",
    });
  });

  it("its address and its text, as the server takes them", () => {
    expect(pivots("ip")).toMatchObject({ "Filter for this address": { ip: ["2001:db8::1"] } });
    const fresh = { ...event, firstSeen: event.timestamp };
    expect(pivots("ip", { q: "x" }, fresh)).toMatchObject({
      "Filter for first-seen events": { q: "x", first_seen: "true" },
    });
    expect(pivots("ip")).not.toHaveProperty("Filter for first-seen events");
    expect(pivots("description")).toMatchObject({ "Filter for this text": { q: "Entered a wrong password" } });
  });

  it("only a copy where the server would refuse the value", () => {
    const long = "x".repeat(10_000);
    const odd = loggedEvent({
      description: long,
      actor: { type: "user", id: long },
      context: { ip: "not an address" },
    });
    expect(Object.keys(pivots("description", {}, odd))).toEqual(["Copy description"]);
    expect(Object.keys(pivots("user", {}, odd))).toEqual(["Copy user ID"]);
    expect(Object.keys(pivots("ip", {}, odd))).toEqual(["Copy IP address"]);
  });
});

it("gathers all cells of an event that have something to offer", () => {
  const bare = loggedEvent();
  expect(pivotsOf(bare, undefined, {}).map(({ label }) => label)).toEqual(["Timestamp", "Action", "Resource"]);
});
