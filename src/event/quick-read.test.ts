import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeEntry, encodeFields, type Placement } from "./codec.ts";
import { type EventFields, FieldTable } from "./event-fields.ts";
import { quickValueEnd, UNUSUAL } from "./quick-json.ts";
import { QuickReader } from "./quick-read.ts";
import { type ReadEvent, readWithWarnings } from "./validate.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

const PLACE: Placement = {
  id: "e1",
  organization: "acme",
  source: { type: "api_key", id: "k1" },
  sequence: 7,
  recordedAt: NOW,
};

const EVENT = {
  id: "01a049ca-4936-7f9b-b4a5-f08a7a3bcadb",
  timestamp: "2026-11-20T19:13:08.918Z",
  tenant_id: "acme",
  action: "member.role_update",
  outcome: "success",
  actor: {
    type: "agent",
    id: "agent_1",
    name: "Écrivain “7”",
    email: "seven@example.com",
    role: "member",
    on_behalf_of: { type: "user", id: "dc12adaf-dc9a-4983-b48e-387d9776f830", name: "Ada\\Lovelace", role: "owner" },
  },
  resource: { type: "user", id: "u_2", name: "李" },
  targets: [{ type: "team", id: "t_1", name: "Field" }, { type: "team" }],
  description: 'Said "yes"\nand left 👋',
  context: { ip: "2001:db8::7", user_agent: "curl/8", request_id: "r", session_id: "s", trace_id: "t" },
  changes: [{ path: "/role", before: "member", after: { "2": [1, -2.5, null], "1": true } }],
  metadata: { b: "é", a: { "10": 1, "9": [] }, empty: {} },
};

const bytesOf = (text: string) => Buffer.from(text, "utf8");

function quick(text: string): EventFields | undefined {
  const bytes = bytesOf(text);
  const never = () => {
    throw new Error("is not read again");
  };
  const event = new QuickReader(new FieldTable(bytes), NOW, never).read(0);
  // A part of the text alone is no event of it.
  return event?.end === bytes.length ? event : undefined;
}

function exact(text: string): ReadEvent | undefined {
  try {
    return readWithWarnings(text, JSON.parse(text), NOW);
  } catch {
    return undefined;
  }
}

/** The entry without its random nonce and the hash that depends on it. */
function entryOf({ header, body }: { header: Uint8Array; body: Uint8Array }): string[] {
  const texts = [header, body].map((bytes) => Buffer.from(bytes).toString("utf8"));
  return texts.map((text) => text.replace(/"(nonce|body_hash)":"[^"]*"/, ""));
}

/** What is read quickly is what the exact reader reads, and warns of nothing. */
function sameVerdict(sent: string): boolean {
  // As it arrives: a cut through the middle of a character leaves another character.
  const text = Buffer.from(sent, "utf8").toString("utf8");
  const event = quick(text);
  if (event === undefined) return false;
  const read = exact(text);
  expect(read, text).toBeDefined();
  if (read === undefined) return false;
  expect(read.warnings, text).toEqual([]);
  expect([event.id, event.tenantId]).toEqual([read.event.id, read.event.tenant_id]);
  expect(entryOf(encodeFields(event, PLACE)), text).toEqual(entryOf(encodeEntry(read.event, PLACE)));
  return true;
}

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "",
    "user",
    "a@b.example",
    "+49 30 1234567",
    "tel:12345678",
    "\ud800",
    "é",
    "\u2028",
    "\u007f",
    "-x",
    "..",
    "live",
  ),
);
const anyPerson = {
  type: fc.oneof(fc.constantFrom(...ACTOR_TYPES), anyText),
  id: anyText,
  name: anyText,
  email: anyText,
  role: anyText,
};
const anyThing = fc.record(
  { type: anyText, id: anyText, name: anyText, more: fc.constant(1) },
  { requiredKeys: ["type"] },
);
const anyKey = fc.oneof(anyText, fc.constantFrom("__proto__", "path", "1", "0", "metadata", "changes"));
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.constantFrom(null, true, false, 2 ** 53, 0.1234567890123456),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(anyKey, tie("value"), { maxKeys: 4 }),
  ),
})).value;
const anyEvent = fc.record(
  {
    id: fc.oneof(fc.uuid(), anyText),
    timestamp: fc.oneof(
      fc.constantFrom("2026-11-20T19:13:08Z", "2026-11-20T19:13:08.1234+02:00", "2126-01-01T00:00:00Z"),
      anyText,
    ),
    tenant_id: fc.constantFrom("acme", "a b", "."),
    action: fc.oneof(fc.constantFrom("auth.login", "-x", "x".repeat(129)), anyText),
    outcome: fc.oneof(fc.constantFrom(...OUTCOMES), anyText),
    actor: fc.record({ ...anyPerson, on_behalf_of: fc.record(anyPerson, { requiredKeys: [] }) }, { requiredKeys: [] }),
    resource: anyThing,
    targets: fc.array(anyThing, { maxLength: 3 }),
    description: anyText,
    context: fc.record(
      { ip: fc.oneof(fc.ipV4(), fc.ipV6(), anyText), user_agent: anyText, request_id: anyText, session_id: anyText },
      { requiredKeys: [] },
    ),
    changes: fc.oneof(
      fc.array(fc.record({ path: anyText, before: anyJson, after: anyJson }, { requiredKeys: [] })),
      anyJson,
    ),
    metadata: fc.oneof(fc.dictionary(anyKey, anyJson, { maxKeys: 5 }), anyJson),
    user_id: anyText,
    user_role: anyText,
    resource_type: anyText,
    resource_id: anyText,
    ip: fc.oneof(fc.ipV4(), anyText),
    user_agent: anyText,
    occurred_at: fc.constantFrom("2026-11-20T19:13:08Z", "yesterday"),
    other: anyText,
  },
  { requiredKeys: [] },
);

describe("the quick reader", () => {
  it("reads what clients usually send, with every field, in nested and in flat names", () => {
    const { actor, resource, context, timestamp, ...rest } = EVENT;
    const flat = {
      ...rest,
      user_id: "u_1",
      user_role: "admin",
      resource_type: "user",
      resource_id: "u_2",
      ip: context.ip,
      user_agent: "curl/8",
      occurred_at: timestamp,
    };
    for (const event of [EVENT, flat, { action: "a", actor: { type: "system" }, resource: { type: "t" } }]) {
      expect(sameVerdict(JSON.stringify(event)), JSON.stringify(event)).toBe(true);
    }
  });

  it("gives what it reads exactly as the exact reader does, and without its warnings", () => {
    fc.assert(
      fc.property(anyEvent, (overrides) => {
        sameVerdict(JSON.stringify({ ...EVENT, ...overrides }));
        sameVerdict(JSON.stringify(overrides));
      }),
      { numRuns: 1000 },
    );
  });

  it("gives the same for each field alone, so that no other one's fault hides it", () => {
    let read = 0;
    fc.assert(
      fc.property(anyEvent, (overrides) => {
        for (const [name, value] of Object.entries(overrides)) {
          if (sameVerdict(JSON.stringify({ ...EVENT, [name]: value }))) read++;
        }
      }),
      { numRuns: 500 },
    );
    expect(read).toBeGreaterThan(500);
  });

  it("never takes a text with a byte changed, added or missing for another event than the exact reader does", () => {
    const text = JSON.stringify(EVENT);
    const change = fc.record({
      at: fc.nat({ max: text.length - 1 }),
      remove: fc.nat({ max: 3 }),
      insert: fc.constantFrom(
        "",
        " ",
        '"',
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "0",
        "-",
        "e",
        ".",
        "\n",
        "a",
        "\\u0041",
        "\\/",
        '"id":"x",',
        "null",
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 2 }), (edits) => {
        let changed = text;
        for (const { at, remove, insert } of edits)
          changed = changed.slice(0, at) + insert + changed.slice(at + remove);
        sameVerdict(changed);
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves duplicate keys, at every level and under another name, to the exact reader", () => {
    const base = '"action":"a","actor":{"type":"user"},"resource":{"type":"t"}';
    for (const more of [
      '"action":"b"',
      '"actor":{"type":"user"}',
      '"resource":{}',
      '"user_id":"x","user_id":"x"',
      '"context":{"ip":"192.0.2.1"},"ip":"192.0.2.1"',
      '"context":{},"context":{}',
      '"metadata":{"a":1,"a":1}',
      '"metadata":{},"metadata":{}',
      '"metadata":{"a":{"b":1,"b":2}}',
      '"changes":[{"path":"/a","path":"/b"}]',
      '"targets":[{"type":"t","type":"u"}]',
      '"metadata":{"__proto__":1}',
      '"metadata":{"a":"\\ud800"}',
      '"metadata":{"a":1e400}',
      '"metadata":{"a":12345678901234567890}',
    ]) {
      expect(quick(`{${base},${more}}`), more).toBeUndefined();
    }
  });

  it("reads one of many, and says where it ends", () => {
    const [first, second] = [JSON.stringify(EVENT), JSON.stringify({ ...EVENT, id: "second" })];
    const text = bytesOf(`[${first},${second}]`);
    const reader = new QuickReader(new FieldTable(text), NOW, () => {
      throw new Error("is not read again");
    });
    const end = reader.read(1)?.end ?? 0;
    expect(reader.read(end + 1)?.id).toBe("second");
  });
});

describe("quick JSON", () => {
  it("ends where the value does, for whatever a serialiser writes of plain values, and nowhere in a text that is not JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("", ",", "]", "}", " ", "x"), (value, after) => {
        const text = JSON.stringify(value);
        const bytes = bytesOf(text);
        const end = quickValueEnd(bytesOf(text + after), 0);
        if (end !== UNUSUAL && !/^[-\d]/.test(text)) expect(end).toBe(bytes.length);
        for (let cut = 0; cut < bytes.length; cut++) {
          const cutEnd = quickValueEnd(bytes.subarray(0, cut), 0);
          if (cutEnd !== UNUSUAL) expect(() => JSON.parse(bytes.toString("latin1", 0, cutEnd))).not.toThrow();
        }
      }),
      { numRuns: 500 },
    );
  });
});
