import type { Event } from "@daybook/sdk";
import { expect, it } from "vitest";
import { changesOf } from "./changes.ts";

function event(part: Partial<Event>): Event {
  return {
    schema_version: 1,
    sequence: 0,
    recorded_at: "2026-11-22T00:00:00.000Z",
    timestamp: "2026-11-22T00:00:00.000Z",
    source: { type: "api_key" },
    id: "e",
    tenant_id: "acme",
    outcome: "success",
    leaf_hash: "",
    action: "db.update",
    actor: { type: "user" },
    resource: { type: "db" },
    ...part,
  };
}

it("shows recorded changes as they were recorded", () => {
  const changes = [{ path: "plan", before: "free", after: "pro" }];
  expect(changesOf(event({ changes, metadata: { before: { x: 1 }, after: { x: 2 } } }))).toEqual(changes);
});

it("finds the changed keys of metadata.before and metadata.after", () => {
  const metadata = {
    before: { same: 1, role: "member", limits: { seats: 5, days: 30 }, gone: null },
    after: { same: 1, role: "admin", limits: { seats: 9, days: 30 }, added: [1] },
  };
  expect(changesOf(event({ metadata }))).toEqual([
    { path: "role", before: "member", after: "admin" },
    { path: "limits.seats", before: 5, after: 9 },
    { path: "gone", before: null },
    { path: "added", after: [1] },
  ]);
});

it("finds none where there are none", () => {
  expect(changesOf(event({}))).toEqual([]);
  expect(changesOf(event({ metadata: { before: "a", after: "b" } }))).toEqual([]);
});
