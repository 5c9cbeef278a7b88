import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeEntry, encodeEntry } from "./codec.ts";
import { canonicalNumber } from "./number-text.ts";
import { sameContent } from "./same.ts";
import { readEvent, type ValidEvent } from "./validate.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const minimal = { action: "a", actor: { type: "agent" }, resource: { type: "t" } };
const first = {
  action: "a",
  timestamp: "2026-11-22T11:00:00Z",
  actor: { type: "agent", id: "x", on_behalf_of: { type: "user", id: "u", name: "N" } },
  resource: { type: "t" },
  targets: [{ type: "t", id: "1", name: "One" }, { type: "t" }],
  outcome: "failure",
  context: { ip: "203.0.113.7:5123", user_agent: "curl" },
  metadata: { b: 1, a: { y: [1, "2"], x: null } },
};

const readText = (text: string): ValidEvent => readEvent(text, JSON.parse(text), NOW);
const read = (input: unknown): ValidEvent => readText(JSON.stringify(input));
const store = (event: ValidEvent) => {
  const { header, body } = encodeEntry(event, {
    id: "e1",
    organization: "acme",
    source: { type: "api_key", id: "k1" },
    sequence: 7,
    recordedAt: NOW,
  });
  return decodeEntry(header, body);
};
const stored = store(read(first));
const withNumber = (number: string) =>
  readText(`{"action":"a","actor":{"type":"user"},"resource":{"type":"t"},"metadata":{"n":["\\"1",${number}]}}`);

describe("a retry", () => {
  it("is the same with fields left out, or keys in another order", () => {
    expect(sameContent(read(first), stored)).toBe(true);
    expect(sameContent(read(minimal), stored)).toBe(true);
    for (const retry of [
      { metadata: { a: { x: null, y: [1, "2"] }, b: 1 } },
      { actor: { type: "agent", on_behalf_of: { type: "user", id: "u" } } },
      { targets: [{ type: "t" }, { type: "t" }] },
    ]) {
      expect(sameContent(read({ ...minimal, ...retry }), stored), JSON.stringify(retry)).toBe(true);
    }
  });

  it("is the same with the address alone, or sent with its port again, or another one", () => {
    for (const ip of ["203.0.113.7", "203.0.113.7:5123", "203.0.113.7:80"]) {
      expect(sameContent(read({ ...first, context: { ip } }), stored)).toBe(true);
    }
    const text = { ...minimal, context: { ip: "unknown" } };
    expect(sameContent(read(text), store(read(text)))).toBe(true);
  });

  it("is another event with any field changed or added", () => {
    for (const change of [
      { action: "b" },
      { outcome: "success" },
      { timestamp: "2026-11-22T11:00:01Z" },
      { description: "new" },
      { actor: { type: "agent", id: "v" } },
      { actor: { type: "agent", on_behalf_of: { type: "user", id: "v" } } },
      { actor: { type: "agent", on_behalf_of: { type: "user", id: "u", email: "new" } } },
      { resource: { type: "t", id: "x" } },
      { context: { ip: "192.0.2.1" } },
      { context: { ip: "unknown" } },
      { targets: [] },
      { targets: [{ type: "t", id: "1" }] },
      { targets: [{ type: "t" }, { type: "t", id: "2" }] },
      { targets: [{ type: "t", name: "Uno" }, { type: "t" }] },
      { metadata: { b: 1 } },
      { metadata: { b: 1, a: { y: [1, 2], x: null } } },
      { changes: [] },
    ]) {
      expect(sameContent(read({ ...first, ...change }), stored), JSON.stringify(change)).toBe(false);
    }
  });

  it("can spell a number in another way", () => {
    for (const [sent, again] of [
      ["1", "1.0"],
      ["1000", "1e3"],
      ["1000", "10.00E+2"],
      ["-0", "0"],
      ["0.0", "0e7"],
      ["-1.5e-7", "-0.00000015"],
      ["0.12345678901234567", "12345678901234567e-17"],
    ] as const) {
      expect(sameContent(withNumber(again), store(withNumber(sent))), `${sent} ${again}`).toBe(true);
    }
  });

  it("cannot have another number, even one that a double would not tell apart", () => {
    for (const [sent, again] of [
      ["0.12345678901234567", "0.12345678901234568"],
      ["1", "-1"],
      ["10", "1"],
      ["1e2", "1e-2"],
      ["1", '"1"'],
      ["1", '"n1e0"'],
    ] as const) {
      expect(sameContent(withNumber(again), store(withNumber(sent))), `${sent} ${again}`).toBe(false);
    }
  });

  it("compares numbers as decimals, as doubles would where those are exact", () => {
    const integer = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(integer, integer, fc.nat(6), (one, other, shift) => {
        expect(canonicalNumber(String(one)) === canonicalNumber(String(other))).toBe(one === other);
        expect(canonicalNumber(`${one}${"0".repeat(one === 0 ? 0 : shift)}e-${shift}`)).toBe(
          canonicalNumber(String(one)),
        );
      }),
    );
  });
});
