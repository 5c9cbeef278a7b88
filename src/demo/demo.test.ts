import { createHash } from "node:crypto";
import { BUILT_IN_ACTIONS } from "@daybook/sdk";
import { describe, expect, test } from "vitest";
import { readWithWarnings } from "../event/validate.ts";
import { BENCHMARK_ORGANIZATIONS, generateBenchmark } from "./benchmark.ts";
import { createLiveDemo, DEMO_ORGANIZATIONS, generateDemo } from "./demo.ts";
import type { DemoEvent } from "./scene.ts";
import { faults } from "./validity.fixture.ts";

const endMs = Date.parse("2026-11-22T01:30:00Z");
const DAY_MS = 86_400_000;
const sample = [...generateDemo({ seed: 7, endMs, events: 20_000 })];
const profiles = { demo: generateDemo, benchmark: generateBenchmark };

function digest(events: Iterable<DemoEvent>): string {
  const hash = createHash("sha256");
  for (const event of events) hash.update(JSON.stringify(event));
  return hash.digest("hex");
}

describe.each(Object.entries(profiles))("the %s profile", (_, generate) => {
  const events = [...generate({ seed: 7, endMs, events: 6_000 })];

  test("is the same for the same seed, byte for byte, and another for another", () => {
    expect(digest(generate({ seed: 7, endMs, events: 6_000 }))).toBe(digest(events));
    expect(digest(generate({ seed: 8, endMs, events: 6_000 }))).not.toBe(digest(events));
  });

  test("holds as many events as asked for, oldest first, within ninety days", () => {
    expect(events).toHaveLength(6_000);
    const times = events.map(({ timestamp }) => Date.parse(timestamp));
    expect(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0))).toBe(true);
    expect(times.every((time) => time >= endMs - 90 * DAY_MS && time < endMs)).toBe(true);
  });

  test("gives only valid events, each with an id of its own", () => {
    expect(events.flatMap((event) => faults(event))).toEqual([]);
    for (const event of events) {
      const text = JSON.stringify(event);
      expect(readWithWarnings(text, JSON.parse(text), endMs, { tenantRequired: true }).warnings).toEqual([]);
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });
});

describe("the demo", () => {
  test("shows every built-in action, and others rarely", () => {
    const counts = new Map<string, number>();
    for (const { action } of sample) counts.set(action, (counts.get(action) ?? 0) + 1);
    const builtIn: readonly string[] = BUILT_IN_ACTIONS;
    expect(builtIn.filter((action) => !counts.has(action))).toEqual([]);
    const others = [...counts].filter(([action]) => !builtIn.includes(action));
    expect(others.length).toBeGreaterThan(0);
    expect(others.reduce((sum, [, count]) => sum + count, 0)).toBeLessThan(sample.length * 0.02);
  });

  test("belongs to its organizations, most of it to the first", () => {
    const ids = DEMO_ORGANIZATIONS.map(({ id }) => id);
    expect(new Set(sample.map(({ tenant_id }) => tenant_id))).toEqual(new Set(ids));
    expect(sample.filter(({ tenant_id }) => tenant_id === ids[0]).length).toBeGreaterThan(sample.length / 2);
  });

  test("is quiet at weekends and at night where all work in one place", () => {
    const stockholm = sample.filter(({ tenant_id }) => tenant_id === "juniper-ledger");
    const perHour = (keep: (at: Date) => boolean, hours: number) =>
      stockholm.filter(({ timestamp }) => keep(new Date(timestamp))).length / hours;
    const weekday = (at: Date) => at.getUTCDay() % 6 !== 0;
    const working = perHour((at) => weekday(at) && at.getUTCHours() >= 9 && at.getUTCHours() < 16, 5 * 7);
    expect(perHour((at) => !weekday(at), 2 * 24)).toBeLessThan(working / 5);
    expect(perHour((at) => weekday(at) && at.getUTCHours() < 4, 5 * 4)).toBeLessThan(working / 5);
  });

  test("has agents that always act for a person, and support people who now and then do", () => {
    const principals = (type: string) =>
      sample.filter(({ actor }) => actor.type === type).map(({ actor }) => actor.on_behalf_of);
    expect(principals("agent").length).toBeGreaterThan(100);
    expect(principals("agent").every((principal) => principal?.type === "user")).toBe(true);
    const acting = sample.filter(({ actor }) => actor.type === "user" && actor.on_behalf_of !== undefined);
    expect(acting.length).toBeGreaterThan(10);
    expect(new Set(acting.map(({ actor }) => actor.role))).toEqual(new Set(["support"]));
    expect(acting.every(({ actor }) => actor.id !== actor.on_behalf_of?.id)).toBe(true);
  });

  test("keeps before and after both as changes and in metadata", () => {
    const updates = sample.filter(({ action }) => action === "knowledge.update" || action === "db.update");
    expect(updates.some(({ changes, metadata }) => changes !== undefined && metadata?.before === undefined)).toBe(true);
    expect(updates.some(({ changes, metadata }) => changes === undefined && metadata?.before !== undefined)).toBe(true);
  });

  test("hides a break-in: a burst of failures from strange addresses, one success, a key at 03:12, deletions in bulk", () => {
    const strange = sample.filter(({ context }) => context?.ip?.startsWith("203.0.113."));
    const failures = strange.filter(({ action, outcome }) => action === "auth.login" && outcome === "failure");
    expect(failures.length).toBeGreaterThan(200);
    expect(new Set(failures.map(({ context }) => context?.ip)).size).toBeGreaterThan(20);
    const after = strange.slice(strange.findIndex(({ action, outcome }) => action === "auth.login" && !outcome));
    expect(after.map(({ action }) => action).slice(0, 3)).toEqual(["auth.login", "api_key.create", "db.delete"]);
    expect(after[1]?.timestamp).toMatch(/T03:12:/);
    expect(after.filter(({ action }) => action === "db.delete").length).toBeGreaterThan(20);
  });

  test("has nothing more from the member who left", () => {
    const removal = sample.findIndex(({ description }) => description?.startsWith("Removed Rowan Achterberg"));
    const own = (event: DemoEvent) => event.actor.name === "Rowan Achterberg";
    expect(removal).toBeGreaterThan(0);
    expect(sample.slice(0, removal).filter(own).length).toBeGreaterThan(50);
    expect(sample.slice(removal).some(own)).toBe(false);
    expect(sample.slice(removal).some(({ description }) => description?.includes("the API key had been deleted"))).toBe(
      true,
    );
  });

  test("goes on live with the same people and new ids", () => {
    const people = new Set(sample.map(({ actor }) => actor.email));
    const live = createLiveDemo({ seed: 7, startMs: endMs });
    const events = Array.from({ length: 500 }, (_, index) => live.nextLiveEvent(endMs + index * 4000));
    expect(events.flatMap((event) => faults(event))).toEqual([]);
    expect(events.every(({ actor }) => actor.email === undefined || people.has(actor.email))).toBe(true);
    expect(events[499]?.timestamp).toBe(new Date(endMs + 499 * 4000).toISOString());
    const known = new Set(sample.map(({ id }) => id));
    expect(events.some(({ id }) => known.has(id))).toBe(false);
  });

  test("is refused when it would be too small to hold its stories", () => {
    expect(() => generateDemo({ seed: 7, endMs, events: 10 }).next()).toThrow(RangeError);
  });
});

test("the benchmark's largest of 100 organizations holds a fifth", () => {
  const events = [...generateBenchmark({ seed: 3, endMs, events: 30_000 })];
  expect(BENCHMARK_ORGANIZATIONS).toHaveLength(100);
  const share = events.filter(({ tenant_id }) => tenant_id === BENCHMARK_ORGANIZATIONS[0]?.id).length / events.length;
  expect(share).toBeGreaterThan(0.19);
  expect(share).toBeLessThan(0.21);
});

test("the check of validity sees faults", () => {
  const [event] = sample;
  expect(event && faults({ ...event, action: "no spaces", context: { ip: "203.0.113.999" } })).toHaveLength(2);
});
