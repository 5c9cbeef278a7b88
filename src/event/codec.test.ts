import { createHash } from "node:crypto";
import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryEvent, numberText, text } from "../../test/support/arbitrary-event.ts";
import { DaybookError } from "../errors.ts";
import { decodeEntry, decodeId, encodeEntry, eventJson, type Placement } from "./codec.ts";
import { entryJson } from "./entry-json.ts";
import { EntryLayout, fieldNumber } from "./entry-layout.ts";
import { ENTRY_BYTES_MAX } from "./entry-limits.ts";
import { findFields } from "./laid-out.ts";
import { unpacked } from "./pack.fixture.ts";
import { pack } from "./pack.ts";
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

const spacious = { action: "a", actor: { type: "user", id: "u" }, resource: { type: "t" }, metadata: {} };

/** The event as it is stored: what was sent as an address and is not one, as text. */
function storedAs({ context, ...rest }: { context?: { ip: string } }): object {
  if (context === undefined) return rest;
  const { ip, ...others } = context;
  return { ...rest, context: isIP(ip) ? context : { ip_text: ip, ...others } };
}

const read = (input: unknown): ValidEvent => readEvent(JSON.stringify(input), JSON.parse(JSON.stringify(input)), NOW);

describe("the codec", () => {
  it("lays entries out so that their fields can be found without decoding them", () => {
    fc.assert(
      fc.property(arbitraryEvent, (input) => {
        const { header, body } = encodeEntry(read(input), place);
        const { description, metadata, actor, targets } = decodeEntry(header, body);
        const layout = new EntryLayout();
        for (const start of [header, unpacked(place, pack(place, { header, body })).start()]) {
          expect(layout.findStart(start, body)).toBe(true);
          expect(layout.value(fieldNumber("description"))).toBe(description);
          expect(layout.value(fieldNumber("actor.on_behalf_of.email"))).toBe(actor.on_behalf_of?.email);
          expect(layout.value(fieldNumber("targets"))).toEqual(targets);
          const text = layout.byteText(fieldNumber("metadata"));
          expect(text && Buffer.from(text, "latin1").toString()).toBe(metadata);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("lays out again what is laid out in another way", () => {
    const { header, body } = encodeEntry(read(spacious), place);
    const layout = new EntryLayout();
    for (const [from, to] of [
      ['"outcome"', '"result"'],
      ['"schema_version":2', '"schema_version":3'],
      ['{"type":"user"', '{ "type":"user"'],
      ['"sequence":7', '"sequence":"7"'],
    ] as const) {
      const other = Buffer.from(Buffer.from(header).toString().replace(from, to));
      expect(layout.findStart(other, body)).toBe(false);
    }
    const moved = Buffer.from(
      Buffer.from(body).toString().replace(',"metadata":{}', "").replace('{"nonce"', '{"metadata":{},"nonce"'),
    );
    expect(layout.findStart(header, moved)).toBe(false);
    findFields(layout, header, moved, () => header);
    expect(layout.value(fieldNumber("metadata"))).toBe(decodeEntry(header, moved).metadata);
    expect(layout.value(fieldNumber("actor.id"))).toBe("u");
    const incomplete = Buffer.from('{"schema_version":2,"source":{},"actor":{},"resource":{}}');
    expect(() => findFields(layout, incomplete, body, () => incomplete)).toThrow(/lacks fields/);
  });

  it("gives back every event exactly, from entry and as the API's JSON", () => {
    fc.assert(
      fc.property(arbitraryEvent, (input) => {
        const { header, body } = encodeEntry(read(input), place);
        const stored = decodeEntry(header, body);
        const json = JSON.parse(eventJson(stored, "ff"));
        const { id, tenant_id, sequence, timestamp, recorded_at, source, schema_version, leaf_hash, ...content } = json;
        expect(content).toEqual({ outcome: "success", ...JSON.parse(JSON.stringify(storedAs(input))) });
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
        expect(entryJson(header, body, "ff")).toBe(eventJson(stored, "ff"));
        expect(entryJson(header, undefined, "ff")).toBe(eventJson(decodeEntry(header, undefined), "ff"));
        expect(new EntryLayout().find(header, body)).toBe(true);
        expect(new EntryLayout().find(header, undefined)).toBe(true);
        expect(sameContent(read(input), stored)).toBe(true);
        expect(decodeId(header)).toBe("e1");
        const again = unpacked(place, pack(place, { header, body }));
        expect(Buffer.from(again.body ?? [])).toEqual(Buffer.from(body));
        expect(Buffer.from(again.header())).toEqual(Buffer.from(header));
      }),
      { numRuns: 500 },
    );
  });

  it("gives back every number as it was spelled", () => {
    const spelled = fc.array(
      fc.tuple(
        text.filter((k) => k !== "__proto__"),
        numberText,
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(spelled, numberText, (members, number) => {
        const unique = new Map(members);
        const metadata = `{${[...unique].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
        const changes = `[{"path":"p","before":[${number}],"after":${number}}]`;
        const fields = '"action":"a","actor":{"type":"user"},"resource":{"type":"t"}';
        const sent = `{${fields},"metadata":${metadata},"changes":${changes}}`;
        const { header, body } = encodeEntry(readEvent(sent, JSON.parse(sent), NOW), place);
        const stored = decodeEntry(header, body);
        expect(stored).toMatchObject({ metadata, changes });
        expect(eventJson(stored, "ff")).toContain(`,"changes":${changes},"metadata":${metadata}}`);
      }),
    );
  });

  it("writes both lines in one order of fields, and personal data only into the body", () => {
    const ada = { type: "user", id: "u", name: "Ada", email: "ada@example.com", role: "admin" };
    const event = read({
      action: "a",
      actor: { ...ada, type: "agent", on_behalf_of: ada },
      resource: { type: "t", id: "r", name: "Ada's" },
      targets: [
        { type: "t", id: "1" },
        { type: "t", name: "Ada's other" },
      ],
      description: "Ada did it",
      context: { user_agent: "curl", ip: "unknown" },
      changes: [{ path: "name", after: "Ada" }],
      metadata: { name: "Ada" },
    });
    const { header, body } = encodeEntry(event, { ...place, clock: NOW - 1001 });
    const { nonce } = JSON.parse(Buffer.from(body).toString());
    expect(nonce).toMatch(/^[\w-]{22}$/);
    expect(Buffer.from(body).toString()).toBe(
      `{"nonce":"${nonce}","actor":{"name":"Ada","email":"ada@example.com",` +
        '"on_behalf_of":{"name":"Ada","email":"ada@example.com"}},"resource":{"name":"Ada\'s"},' +
        '"target_names":[null,"Ada\'s other"],"description":"Ada did it",' +
        '"context":{"ip_text":"unknown","user_agent":"curl"},' +
        '"changes":[{"path":"name","after":"Ada"}],"metadata":{"name":"Ada"}}',
    );
    const bodyHash = createHash("sha256").update(body).digest("hex");
    expect(Buffer.from(header).toString()).toBe(
      '{"schema_version":2,"sequence":7,"recorded_at":"2026-11-22T12:00:00.000Z","clock_at":"2026-11-22T11:59:58.999Z",' +
        '"source":{"type":"api_key","id":"k1"},"id":"e1","timestamp":"2026-11-22T11:59:58.999Z","tenant_id":"acme",' +
        '"action":"a","outcome":"success","actor":{"type":"agent","id":"u","role":"admin",' +
        '"on_behalf_of":{"type":"user","id":"u","role":"admin"}},"resource":{"type":"t","id":"r"},' +
        `"targets":[{"type":"t","id":"1"},{"type":"t"}],"body_hash":"${bodyHash}"}`,
    );
  });

  it("says what the wall clock showed only where that differs by more than a second", () => {
    const input = read({ action: "a", actor: { type: "user" }, resource: { type: "t" } });
    const at = (clock: number) => {
      const { header, body } = encodeEntry(input, { ...place, clock });
      const { recorded_at, clock_at, timestamp } = JSON.parse(eventJson(decodeEntry(header, body), "ff"));
      return [recorded_at, clock_at, timestamp].map((time) => time && Date.parse(time) - NOW);
    };
    expect(at(NOW)).toEqual([0, undefined, 0]);
    expect(at(NOW - 1000)).toEqual([0, undefined, 0]);
    expect(at(NOW + 1000)).toEqual([0, undefined, 0]);
    // What happened now happened at the time of the clock, whatever the log's time is.
    expect(at(NOW - 1001)).toEqual([0, -1001, -1001]);
    expect(at(NOW + 1001)).toEqual([0, 1001, 1001]);
  });

  it("keeps who, for whom, what, when and to what once the body was erased", () => {
    fc.assert(
      fc.property(arbitraryEvent, (input) => {
        const { header, body } = encodeEntry(read(input), place);
        const { actor, resource, targets, changes, metadata, description, context, ...rest } = decodeEntry(
          header,
          body,
        );
        const { name: _name, email: _email, on_behalf_of: principal, ...who } = actor;
        const { name: _principalName, email: _principalEmail, ...forWhom } = principal ?? {};
        const { name: _resourceName, ...what } = resource;
        expect(decodeEntry(header, undefined)).toEqual({
          ...rest,
          actor: principal ? { ...who, on_behalf_of: forWhom } : who,
          resource: what,
          ...(targets && { targets: targets.map(({ name: _targetName, ...target }) => target) }),
        });
      }),
    );
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

  it("refuses a header above its limit and names the field at fault", () => {
    const long = "x".repeat(40_000);
    const at = (fields: object) => {
      try {
        encodeEntry(read({ action: "a", actor: { type: "user" }, resource: { type: "t" }, ...fields }), place);
      } catch (error) {
        if (!(error instanceof DaybookError)) throw error;
        return [error.code, ...error.errors.map(({ pointer }) => pointer)];
      }
      return undefined;
    };
    const principal = { type: "user", id: "u" };
    expect(at({ actor: { type: "user", id: long } })).toBeUndefined();
    expect(at({ actor: { type: "user", id: long + long } })).toEqual(["event_too_large", "/actor/id"]);
    expect(at({ actor: { type: "agent", id: long, on_behalf_of: { ...principal, id: `${long}x` } } })).toEqual([
      "event_too_large",
      "/actor/on_behalf_of/id",
    ]);
    expect(at({ resource: { type: "t", id: long + long } })).toEqual(["event_too_large", "/resource/id"]);
    expect(at({ targets: [{ type: "t" }, { type: "t", id: long + long }] })).toEqual([
      "event_too_large",
      "/targets/1/id",
    ]);
    expect(at({ targets: Array(6000).fill({ type: "t" }) })).toEqual(["event_too_large", "/targets"]);
    // Names are part of the body.
    expect(
      at({ actor: { type: "agent", name: long + long, on_behalf_of: { ...principal, name: long } } }),
    ).toBeUndefined();
    expect(at({ targets: [{ type: "t", name: long + long }] })).toBeUndefined();
  });
});
