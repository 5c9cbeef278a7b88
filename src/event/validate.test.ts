import { describe, expect, it } from "vitest";
import { DaybookError } from "../errors.ts";
import { readEvent, readWithWarnings } from "./validate.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const minimal = { action: "auth.login", actor: { type: "user" }, resource: { type: "session" } };

function read(event: unknown) {
  const text = typeof event === "string" ? event : JSON.stringify(event);
  return readEvent(text, JSON.parse(text), NOW);
}

function faults(event: unknown): string[] {
  try {
    read(event);
    return [];
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    return error.errors.map(({ pointer, message }) => `${pointer} ${message}`);
  }
}

describe("an event", () => {
  it("needs an action, an actor's type and a resource's type", () => {
    expect(read(minimal)).toEqual(minimal);
    expect(faults({ description: 5 })).toEqual([
      "/action is required",
      "/actor/type is required",
      "/resource/type is required",
      "/description must be a string",
    ]);
    expect(faults({ ...minimal, actor: {}, resource: { id: "x" } })).toEqual([
      "/actor/type is required",
      "/resource/type is required",
    ]);
  });

  it("tells every fault at once, required fields first, whatever kind each is of", () => {
    expect(faults('{"outcome":"maybe","metadata":{"n":1e400,"n":2},"resource":{"type":"x"},"user_id":5}')).toEqual([
      "/action is required",
      "/metadata/n is a number too large for a double; send it as a string",
      "/metadata/n occurs twice",
      "/outcome must be one of success, failure, denied, unknown",
      "/user_id must be a string",
    ]);
  });

  it("with faults without end names the first hundred", () => {
    const refused = (event: object) => {
      try {
        return read(event);
      } catch (error) {
        return error as DaybookError;
      }
    };
    const unknown = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, 0]));
    for (const event of [
      { ...minimal, ...unknown },
      { ...minimal, targets: Array(5000).fill(0) },
      { ...minimal, changes: Array(5000).fill({ was: 1 }) },
    ]) {
      const error = refused(event);
      expect(error).toMatchObject({ code: "invalid_event", message: expect.stringMatching(/\. At least 99 more\.$/) });
      expect((error as DaybookError).errors).toHaveLength(100);
    }
    expect(refused({ ...minimal, targets: [...Array(500).fill({ type: "x" }), { type: 5 }] })).toMatchObject({
      errors: [{ pointer: "/targets/500/type" }],
    });
  });

  it("is refused with a field that is not known, at any known depth", () => {
    expect(faults({ ...minimal, sequence: 3, actor: { type: "user", shoe_size: 44 } })).toEqual([
      "/actor/shoe_size is not a known field; put your own fields into metadata",
      "/sequence is not a known field; put your own fields into metadata",
    ]);
  });

  it("is refused with values that are too long or of a wrong form", () => {
    expect(faults({ ...minimal, action: "a".repeat(129) })[0]).toMatch(/^\/action must be 1 to 128/);
    expect(faults({ ...minimal, action: "white space" })[0]).toMatch(/^\/action/);
    expect(faults({ ...minimal, id: "" })[0]).toMatch(/^\/id/);
    expect(faults({ ...minimal, id: "export" })).toEqual(["/id is a reserved word"]);
    expect(faults({ ...minimal, tenant_id: "a/b" })[0]).toMatch(/^\/tenant_id/);
    expect(faults({ ...minimal, action: "-auth.login" })[0]).toMatch(/^\/action .* begin with a letter or digit/);
    for (const id of [".", ".."]) {
      expect(faults({ ...minimal, id, tenant_id: id })).toEqual([
        "/id must be 1 to 128 of A-Z a-z 0-9 . _ : - and not . or ..",
        "/tenant_id must be 1 to 128 of A-Z a-z 0-9 . _ - and not . or ..",
      ]);
    }
    expect(faults({ ...minimal, id: "...", tenant_id: "a..b" })).toEqual([]);
    expect(faults({ ...minimal, context: { ip: 5, ip_text: "x" } })).toEqual([
      "/context/ip must be a string",
      "/context/ip_text is not a known field; put your own fields into metadata",
    ]);
    expect(faults({ ...minimal, outcome: "maybe" })[0]).toMatch(/^\/outcome must be one of/);
    expect(faults({ ...minimal, metadata: [] })).toEqual(["/metadata must be a JSON object"]);
    expect(faults({ ...minimal, targets: [{ id: "x" }] })).toEqual(["/targets/0/type is required"]);
    expect(faults({ ...minimal, changes: [{ path: "a", was: 1 }] })[0]).toMatch(
      /^\/changes\/0\/was is not a known field/,
    );
    expect(faults([])).toEqual([" must be a JSON object"]);
  });

  it("may not lie more than ten minutes ahead or ten years back", () => {
    expect(faults({ ...minimal, timestamp: "2026-11-22T12:10:00Z" })).toEqual([]);
    expect(faults({ ...minimal, timestamp: "2026-11-22T12:10:00.001Z" })).toEqual([
      "/timestamp lies more than 10 minutes ahead",
    ]);
    expect(faults({ ...minimal, timestamp: "2016-11-22T12:00:00Z" })).toEqual([]);
    expect(faults({ ...minimal, occurred_at: "2016-11-22T11:59:59Z" })).toEqual([
      "/occurred_at lies more than 10 years back",
    ]);
    expect(faults({ ...minimal, timestamp: "yesterday" })[0]).toMatch(/^\/timestamp must be an RFC 3339/);
  });

  it("may use flat names for nested fields", () => {
    expect(
      read({
        action: "db.update",
        user_id: "u1",
        user_role: "admin",
        resource_type: "table",
        resource_id: "t1",
        ip: "2001:db8::1",
        user_agent: "curl",
        occurred_at: "2026-11-22T12:00:00Z",
      }),
    ).toEqual({
      action: "db.update",
      actor: { type: "user", id: "u1", role: "admin" },
      resource: { type: "table", id: "t1" },
      context: { ip: "2001:db8::1", user_agent: "curl" },
      timestamp: "2026-11-22T12:00:00.000Z",
    });
  });

  it("names the flat field where it is at fault, or differs from the nested one", () => {
    expect(faults({ action: "a", user_id: 5, resource_type: "x" })).toEqual(["/user_id must be a string"]);
    expect(faults({ ...minimal, actor: { type: "user", id: "a" }, user_id: "a" })).toEqual([]);
    expect(faults({ ...minimal, actor: { type: "user", id: "a" }, user_id: "b" })).toEqual([
      "/user_id differs from actor.id, of which it is another name",
    ]);
  });

  it("keeps the text of changes and metadata as it was sent, less white space", () => {
    const event = read(
      '{"action":"a","actor":{"type":"system"},"resource":{"type":"x"},"changes":[ {"path":"p","after":{"b":1,"1":2}} ],"metadata":{"z": null, "10": 1.0}}',
    );
    expect(event.changes).toBe('[{"path":"p","after":{"b":1,"1":2}}]');
    expect(event.metadata).toBe('{"z":null,"10":1.0}');
  });

  it("names whose authority was used by type and id", () => {
    const principal = { type: "user", id: "u1", name: "Ada", email: "ada@example.com", role: "admin" };
    const acting = { ...minimal, actor: { type: "agent", id: "a1", on_behalf_of: principal } };
    expect(read(acting)).toEqual(acting);
    expect(faults({ ...minimal, actor: { type: "agent", on_behalf_of: { name: 5, on_behalf_of: {} } } })).toEqual([
      "/actor/on_behalf_of/type is required",
      "/actor/on_behalf_of/id is required",
      "/actor/on_behalf_of/name must be a string",
      "/actor/on_behalf_of/on_behalf_of is not a known field; put your own fields into metadata",
    ]);
  });

  it("does not let inherited names pass for fields", () => {
    expect(
      faults(
        '{"action":"a","actor":{"type":"system"},"resource":{"type":"x"},"metadata":{"__proto__":{"admin":true}}}',
      ),
    ).toEqual(["/metadata/__proto__ cannot be a key"]);
    expect(faults({ ...minimal, constructor: 1, toString: 1 })).toHaveLength(2);
  });
});

describe("a warning", () => {
  const warned = (event: object) => {
    const text = JSON.stringify({ ...minimal, ...event });
    return readWithWarnings(text, JSON.parse(text), NOW);
  };

  it("says that what surrounds an address is not stored", () => {
    expect(warned({ context: { user_agent: "curl", ip: "203.0.113.7:5123" } })).toEqual({
      event: { ...minimal, context: { user_agent: "curl", ip: "203.0.113.7" } },
      warnings: [
        {
          pointer: "/context/ip",
          code: "address",
          message: "was sent as 203.0.113.7:5123 and stored as 203.0.113.7; ports, zones and brackets are not stored",
        },
      ],
    });
  });

  it("says that what is not an address is stored as text, and names the field as it was sent", () => {
    const { event, warnings } = warned({ ip: "unknown" });
    expect(event.context).toEqual({ ip_text: "unknown" });
    expect(warnings).toMatchObject([
      { pointer: "/ip", code: "address", message: expect.stringMatching(/^is not an IP address/) },
    ]);
    expect(warned({ ip: "" }).event.context).toEqual({ ip_text: "" });
    const list = warned({ context: { ip: "203.0.113.7, 10.0.0.1" } });
    expect(list.event.context).toEqual({ ip_text: "203.0.113.7, 10.0.0.1" });
    expect(list.warnings).toMatchObject([
      { message: expect.stringMatching(/^is a list; send only the client's address/) },
    ]);
  });

  it("points at every permanent field that looks personal, and counts the targets", () => {
    const { warnings } = warned({
      user_id: "ada@example.com",
      actor: { type: "agent", role: "+4915112345678", on_behalf_of: { type: "user", id: "bo@example.com" } },
      resource: { type: "user", id: "cy@example.com" },
      targets: [{ type: "user", id: "u1" }, ...Array(3).fill({ type: "user", id: "di@example.com" })],
    });
    expect(warnings.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      "/user_id personal_id",
      "/actor/role personal_id",
      "/actor/on_behalf_of/id personal_id",
      "/resource/id personal_id",
      "/targets/1/id personal_id",
    ]);
    expect(warnings[1]?.message).toMatch(/^looks like a phone number;/);
    expect(warnings[4]?.message).toMatch(/^looks like an e-mail address; so do 2 more;/);
  });

  it("is not given for names and e-mails, which can be erased", () => {
    const named = { name: "ada@example.com", email: "ada@example.com" };
    const event = {
      actor: { type: "agent", id: "a", ...named, on_behalf_of: { type: "user", id: "u", ...named } },
      resource: { type: "user", id: "u", name: "ada@example.com" },
      targets: [{ type: "user", name: "ada@example.com" }],
      description: "ada@example.com",
      context: { ip: "2001:db8::1" },
    };
    expect(warned(event).warnings).toEqual([]);
  });
});
