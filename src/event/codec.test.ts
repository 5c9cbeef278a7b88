import { createHash } from "node:crypto";
import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DaybookError } from "../errors.ts";
import { decodeEntry, decodeId, encodeEntry, eventJson, type Placement } from "./codec.ts";
import { ENTRY_BYTES_MAX } from "./entry-limits.ts";
import { sameContent } from "./same.ts";
import { readEvent, type ValidEvent } from "./validate.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const place: Placement = {
  id: "e1",
  organization: "acme",
  source: { type: "api_key", id: "k1" },
  sequence: 7,
  recordedAt: NOW,
};

const text = fc.string({ unit: "grapheme", maxLength: 30 });
const key = fc.oneof(
  fc.constantFrom("changes", "metadata", "1", "0", "body_hash", "nonce"),
  text.filter((k) => k !== "__proto__"),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const resource = fc.record({ type: text.filter((t) => t !== ""), id: text, name: text }, { requiredKeys: ["type"] });
const event = fc.record(
  {
    action: fc.constantFrom("auth.login", "db.update", "x"),
    actor: fc.record(
      { type: fc.constantFrom(...ACTOR_TYPES), id: text, name: text, email: text, role: text },
      { requiredKeys: ["type"] },
    ),
    resource,
    outcome: fc.constantFrom(...OUTCOMES),
    targets: fc.array(resource, { maxLength: 3 }),
    description: fc.oneof(text, fc.constant(',"changes":[],"metadata":{}}')),
    context: fc.record(
      { ip: fc.ipV4(), user_agent: text, request_id: text, session_id: text, trace_id: text },
      { requiredKeys: ["ip"] },
    ),
    changes: fc.array(fc.record({ path: text, before: json, after: json }, { requiredKeys: ["path"] }), {
      maxLength: 3,
    }),
    metadata: fc.dictionary(key, json, { maxKeys: 5 }),
  },
  { requiredKeys: ["action", "actor", "resource"] },
);

const read = (input: unknown): ValidEvent => readEvent(JSON.stringify(input), JSON.parse(JSON.stringify(input)), NOW);

describe("the codec", () => {
  it("gives back every event exactly, from entry and as the API's JSON", () => {
    fc.assert(
      fc.property(event, (input) => {
        const { header, body } = encodeEntry(read(input), place);
        const stored = decodeEntry(header, body);
        const json = JSON.parse(eventJson(stored, "ff"));
        const { id, tenant_id, sequence, timestamp, recorded_at, source, schema_version, leaf_hash, ...content } = json;
        expect(content).toEqual({ outcome: "success", ...JSON.parse(JSON.stringify(input)) });
        expect({ id, tenant_id, sequence, source, schema_version, leaf_hash }).toEqual({
          id: "e1",
          tenant_id: "acme",
          sequence: 7,
          source: place.source,
          schema_version: 2,
          leaf_hash: "ff",
        });
        expect([timestamp, recorded_at]).toEqual(["2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00.000Z"]);
        if (input.metadata) expect(stored.metadata).toBe(JSON.stringify(input.metadata));
        if (input.changes) expect(stored.changes).toBe(JSON.stringify(input.changes));
        expect(sameContent(read(input), stored)).toBe(true);
        expect(decodeId(header)).toBe("e1");
      }),
      { numRuns: 500 },
    );
  });

  it("writes a header that commits to the body, in one order of fields", () => {
    const { header, body } = encodeEntry(
      read({ action: "a", actor: { type: "user", id: "u", name: "N" }, resource: { type: "t" } }),
      place,
    );
    const head = Buffer.from(header).toString();
    expect(Object.keys(JSON.parse(head))).toEqual([
      "schema_version",
      "sequence",
      "recorded_at",
      "source",
      "id",
      "timestamp",
      "tenant_id",
      "action",
      "outcome",
      "actor",
      "resource",
      "body_hash",
    ]);
    expect(JSON.parse(head).body_hash).toBe(createHash("sha256").update(body).digest("hex"));
    expect(head).not.toContain('"name"');
  });

  it("keeps who, what, when and to what once the body was erased", () => {
    const { header } = encodeEntry(
      read({ action: "a", actor: { type: "user", id: "u", name: "N" }, resource: { type: "t" }, description: "x" }),
      place,
    );
    expect(decodeEntry(header, undefined)).toMatchObject({
      action: "a",
      actor: { type: "user", id: "u" },
      resource: { type: "t" },
    });
  });

  it("never makes the same body twice, so that an erased one cannot be guessed", () => {
    const input = read({ action: "a", actor: { type: "user" }, resource: { type: "t" } });
    expect(encodeEntry(input, place).body).not.toEqual(encodeEntry(input, place).body);
  });

  it("refuses an entry above the limit and says how large it is", () => {
    const input = read({
      action: "a",
      actor: { type: "user" },
      resource: { type: "t" },
      description: "x".repeat(ENTRY_BYTES_MAX),
    });
    expect(() => encodeEntry(input, place)).toThrow(DaybookError);
    expect(() => encodeEntry(input, place)).toThrow(/the limit is 262144/);
  });
});

describe("a retry", () => {
  const first = {
    action: "a",
    timestamp: "2026-11-22T11:00:00Z",
    actor: { type: "user", id: "u", name: "N" },
    resource: { type: "t" },
    outcome: "failure",
    metadata: { b: 1, a: { y: [1, 2], x: null } },
  };
  const { header, body } = encodeEntry(read(first), place);
  const stored = decodeEntry(header, body);

  it("is the same with fields left out, or keys in another order", () => {
    expect(sameContent(read({ action: "a", actor: { type: "user" }, resource: { type: "t" } }), stored)).toBe(true);
    expect(sameContent(read({ ...first, metadata: { a: { x: null, y: [1, 2] }, b: 1 } }), stored)).toBe(true);
  });

  it("is another event with any field changed or added", () => {
    for (const change of [
      { action: "b" },
      { outcome: "success" },
      { timestamp: "2026-11-22T11:00:01Z" },
      { description: "new" },
      { actor: { type: "user", id: "v" } },
      { resource: { type: "t", id: "x" } },
      { context: { ip: "192.0.2.1" } },
      { targets: [{ type: "x" }] },
      { metadata: { b: 1 } },
      { changes: [] },
    ]) {
      expect(sameContent(read({ ...first, ...change }), stored), JSON.stringify(change)).toBe(false);
    }
  });
});
