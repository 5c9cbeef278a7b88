import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { BUILT_IN_ACTIONS, OUTCOMES } from "@daybook/sdk";
import { describe, expect, it } from "vitest";
import { formatOf } from "../../src/streams/formats/by-name.ts";
import { FORMATS } from "../../src/streams/formats/format.ts";
import { anEntry, recordOf } from "./records.ts";

const FULL = {
  actor: { type: "user", id: "u-1", name: "Ada", email: "ada@acme.example", role: "admin" },
  resource: { type: "member", id: "u-2", name: "Olga" },
  targets: [{ type: "team", id: "t-1" }],
  description: "Made Olga an admin",
  context: { ip: "203.0.113.7", user_agent: "curl/8", request_id: "r-1", session_id: "s-1" },
  changes: [{ path: "role", before: "member", after: "admin" }],
  metadata: { ticket: "OPS-1", nested: { n: 1 } },
};

describe("Daybook's own format", () => {
  it("is the event as the API returns it, with its log", () => {
    const entry = anEntry(7, FULL);
    const event = JSON.parse(recordOf(entry).text);
    expect(event).toMatchObject({ ...FULL, id: "e-7", sequence: 7, log_id: expect.any(String) });
    expect(event.leaf_hash).toBe(Buffer.from(entry.leafHash).toString("hex"));
    expect(event.entry).toBeUndefined();
  });

  it("carries both lines of the entry, so that hash and content can be computed again", () => {
    const { entry, leaf_hash } = JSON.parse(recordOf(anEntry(7, FULL), { proof: "entry" }).text);
    expect(hash("sha256", Buffer.concat([Buffer.of(0), Buffer.from(entry.header)]))).toBe(leaf_hash);
    expect(JSON.parse(entry.header).body_hash).toBe(hash("sha256", entry.body));
  });
});

describe.each(FORMATS)("%s", (format) => {
  it("shortens what is too large, says so, and keeps who, what and its hash", () => {
    const entry = anEntry(7, { ...FULL, metadata: { long: "x".repeat(5_000) } });
    const whole = recordOf(entry, { format }).text;
    const { text } = recordOf(entry, { format, recordBytes: 2_000 });
    expect(Buffer.byteLength(text)).toBeLessThan(2_000);
    for (const kept of ["u-1", "e-7", Buffer.from(entry.leafHash).toString("hex")]) expect(text).toContain(kept);
    expect(text).toContain(String(Buffer.byteLength(whole)));
    expect(text).toContain("too_large");
    expect(recordOf(anEntry(7, FULL), { format, shorten: true }).text).toContain("refused");
  });

  it("is one line, whatever the texts of the event hold", () => {
    const nasty = "a\r\nb\n\u2028c\u0085d|e=f\\g\t\u0000h";
    const { text } = recordOf(anEntry(7, { ...FULL, action: "x.y", description: nasty }), { format });
    expect(text.split(/[\r\n\v\f]/)).toHaveLength(1);
    if (format === "cef") expect(text).not.toMatch(/[\u0085\u2028\u2029]/);
  });

  it("reports a damaged entry instead of showing it", () => {
    const entry = anEntry(7, FULL);
    const body = Buffer.from(entry.body ?? []);
    body[body.length - 5] = (body[body.length - 5] ?? 0) ^ 1;
    for (const damaged of [body, undefined]) {
      const record = recordOf({ ...entry, body: damaged }, { format });
      expect(record.text).not.toContain("Olga");
      expect([record.sequence, record.event]).toEqual([7, undefined]);
      expect(record.text).toMatch(/damaged|does not have the hash|is missing/i);
    }
  });

  it("carries a checkpoint with its note and subtrees", () => {
    const note = "daybook/log/acme\n7\nroot=\n\n— daybook/log/acme abc=\n";
    const text = formatOf(format, "checkpoints").checkpoint({
      logId: "log",
      organization: "acme",
      size: 7,
      time: 0,
      note,
      subtrees: ["ab", "cd"],
    });
    expect(text.split("\n")).toHaveLength(1);
    for (const part of ["daybook.checkpoint", "ab", "cd"]) expect(text).toContain(part);
  });
});

describe("CEF", () => {
  it("has seven fields in its header, and keys that are read back", () => {
    const { text } = recordOf(anEntry(7, { ...FULL, action: "member.role_update", description: "a|b=c\\d" }), {
      format: "cef",
    });
    const header = /^(?:(?:[^|\\]|\\.)*\|){7}/.exec(text)?.[0] ?? "";
    const [version, vendor, product, , signature, name, severity] = header.split(/(?<!\\)\|/);
    const extension = text.slice(header.length);
    expect([version, vendor, product, signature, severity]).toEqual([
      "CEF:0",
      "Daybook",
      "Daybook",
      "member.role_update",
      "3",
    ]);
    expect(name).toBe("a\\|b=c\\\\d");
    const fields = Object.fromEntries(
      [...extension.matchAll(/(\w+)=((?:\\.|[^\\=])*?)(?= \w+=|$)/g)].map(([, key, value]) => [key, value]),
    );
    expect(fields).toMatchObject({
      suid: "u-1",
      src: "203.0.113.7",
      cn1: "7",
      externalId: "e-7",
      msg: "a|b\\=c\\\\d",
      cs1: "acme",
    });
  });
});

/** An extract of the published schema (github.com/ocsf/ocsf-schema, tag 1.8.0, Apache-2.0): the classes and objects that are used here. */
const schema = JSON.parse(readFileSync(new URL("ocsf-1.8.0.json", import.meta.url), "utf8")) as {
  version: string;
  classes: Record<string, Shape & { category_uid: number }>;
  objects: Record<string, Shape>;
};

interface Shape {
  readonly attributes: Record<string, { type: string; array?: true; required?: true; values?: number[] }>;
  readonly constraints?: { readonly at_least_one?: readonly string[] };
}

/** Every way in which a value is not of its shape. */
function faults(value: Record<string, unknown>, shape: Shape, at: string): string[] {
  const missing = Object.entries(shape.attributes).filter(
    ([name, { required }]) => required && value[name] === undefined,
  );
  const { at_least_one: some = [] } = shape.constraints ?? {};
  return [
    ...missing.map(([name]) => `${at}.${name} is missing`),
    ...(some.length > 0 && !some.some((name) => value[name] !== undefined)
      ? [`${at} needs one of ${some.join(", ")}`]
      : []),
    ...Object.entries(value).flatMap(([name, member]) => {
      const attribute = shape.attributes[name];
      if (attribute === undefined) return [`${at}.${name} is unknown`];
      const members = attribute.array ? (member as unknown[]) : [member];
      return members.flatMap((one) => faultsOf(one, attribute, `${at}.${name}`));
    }),
  ];
}

function faultsOf(value: unknown, { type, values }: Shape["attributes"][string], at: string): string[] {
  const shape = schema.objects[type];
  if (shape !== undefined) return faults(value as Record<string, unknown>, shape, at);
  if (type === "object" || type === "json_t") return typeof value === "object" ? [] : [`${at} is no object`];
  const wanted = /^(integer|long|timestamp|port)_t$/.test(type)
    ? "number"
    : type === "boolean_t"
      ? "boolean"
      : "string";
  if (typeof value !== wanted) return [`${at} is no ${wanted}`];
  return values !== undefined && !values.includes(value as number) ? [`${at} is ${value}`] : [];
}

function faultsOfRecord(text: string): string[] {
  const event = JSON.parse(text) as Record<string, number> & { metadata: { version: string } };
  const shape = schema.classes[String(event.class_uid)];
  if (shape === undefined) return [`there is no class ${event.class_uid}`];
  const wrong = faults(event as never, shape, "event");
  if (event.category_uid !== shape.category_uid) wrong.push("category_uid is of another class");
  if (event.type_uid !== (event.class_uid ?? 0) * 100 + (event.activity_id ?? 0))
    wrong.push("type_uid does not follow");
  if (event.metadata.version !== schema.version) wrong.push("another version");
  return wrong;
}

describe("OCSF", () => {
  const ACTIONS = [
    ...BUILT_IN_ACTIONS,
    "user.create",
    "user.delete",
    "auth.password_change",
    "stream.create",
    "db.insert",
    "x",
    "x.constructor",
  ];

  it.each(ACTIONS)("%s is valid by the published schema", (action) => {
    for (const outcome of OUTCOMES) {
      for (const fields of [FULL, { actor: { type: "anonymous" }, resource: { type: "thing" } }]) {
        const { text } = recordOf(anEntry(7, { ...fields, action, outcome }), { format: "ocsf" });
        expect(faultsOfRecord(text)).toEqual([]);
        expect(
          faultsOfRecord(recordOf(anEntry(7, { ...fields, action, outcome }), { format: "ocsf", shorten: true }).text),
        ).toEqual([]);
      }
    }
  });

  it("is found to be invalid where it is", () => {
    const event = JSON.parse(recordOf(anEntry(7, { ...FULL, action: "auth.login" }), { format: "ocsf" }).text);
    const { user: _, ...without } = event;
    for (const wrong of [without, { ...event, activity_id: 55 }, { ...event, extra: 1 }, { ...event, time: "now" }]) {
      expect(faultsOfRecord(JSON.stringify(wrong))).not.toEqual([]);
    }
  });

  it("of a checkpoint and of a damaged entry is valid, too", () => {
    const format = formatOf("ocsf", "none");
    const checkpoint = { logId: "l", organization: "acme", size: 1, time: 0, note: undefined, subtrees: [] };
    expect(faultsOfRecord(format.checkpoint(checkpoint))).toEqual([]);
    expect(faultsOfRecord(format.damaged({ logId: "l", organization: "acme", sequence: 1 }, "body"))).toEqual([]);
  });

  it.each([
    ["auth.login", 3002, 1],
    ["auth.logout", 3002, 2],
    ["two_factor.disable", 3001, 11],
    ["api_key.create", 3004, 1],
    ["member.role_update", 3005, 1],
    ["member.add", 3006, 3],
    ["db.delete", 6005, 7],
    ["knowledge.update", 6003, 3],
    ["anything.else", 6003, 99],
  ])("%s is class %i, activity %i", (action, class_uid, activity_id) => {
    expect(JSON.parse(recordOf(anEntry(7, { ...FULL, action }), { format: "ocsf" }).text)).toMatchObject({
      class_uid,
      activity_id,
    });
  });
});
