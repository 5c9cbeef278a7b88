import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asTyped, exclusionToken, type Meaning, readTokens, withTokens } from "./tokens.ts";

const ALL: ReadonlySet<Meaning> = new Set([
  "actor_id",
  "actor_type",
  "first_seen",
  "ip",
  "role",
  "outcome",
  "resource_id",
  "resource_type",
  "action",
  "tenant",
]);
const read = (text: string) => readTokens(text, ALL);

describe("tokens in the search box", () => {
  it("are taken out of the words around them", () => {
    expect(read("wrong user:usr_1 password ip:10.0.0.0/8")).toEqual({
      tokens: [
        { name: "actor_id", value: "usr_1" },
        { name: "ip", value: "10.0.0.0/8" },
      ],
      faults: [],
      rest: "wrong password",
    });
  });

  it("may hold spaces between quotes, exclude actions, and be written in any case", () => {
    expect(read('role:"billing admin" -action:auth.* Outcome:FAILURE ip:2001:db8::1').tokens).toEqual([
      { name: "role", value: "billing admin" },
      { name: "action", value: "-auth.*" },
      { name: "outcome", value: "failure" },
      { name: "ip", value: "2001:db8::1" },
    ]);
  });

  it("name a value in the metadata by its path, whose letters and escapes they keep", () => {
    expect(read(String.raw`plan metadata.Plan:pro -metadata.a\.b.c:"two words" METADATA.n:1`)).toEqual({
      tokens: [
        { name: "metadata.Plan", value: "pro" },
        { name: String.raw`not_metadata.a\.b.c`, value: "two words" },
        { name: "metadata.n", value: "1" },
      ],
      faults: [],
      rest: "plan",
    });
    expect(withTokens({}, read("metadata.a:1 metadata.a:2 -metadata.b:3").tokens)).toEqual({
      "metadata.a": ["1", "2"],
      "not_metadata.b": ["3"],
    });
    for (const text of ["metadata:1", "metadata.:1", "metadata.a:"]) expect(read(text).rest).toBe(text);
  });

  it("ask for first sightings by yes, and for types of actors", () => {
    const { tokens, faults } = read(
      "first_seen:yes First_Seen:YES actor_type:agent first_seen:no actor_type:robot -first_seen:yes",
    );
    expect(tokens).toEqual([
      { name: "first_seen", value: "true" },
      { name: "first_seen", value: "true" },
      { name: "actor_type", value: "agent" },
    ]);
    expect(faults.map(({ text }) => text)).toEqual(["first_seen:no", "actor_type:robot", "-first_seen:yes"]);
  });

  it("that cannot be meant stay in the text, with why", () => {
    const { tokens, faults, rest } = read("ip:999.1.1.1 -tenant:acme -outcome:good -ip:10.0.0.0/33");
    expect(tokens).toEqual([]);
    expect(faults).toEqual([
      { text: "ip:999.1.1.1", reason: "not an IP address or range" },
      { text: "-tenant:acme", reason: "nothing that can be excluded" },
      { text: "-outcome:good", reason: expect.stringMatching(/^not one of/) },
      { text: "-ip:10.0.0.0/33", reason: "not an IP address or range" },
    ]);
    expect(rest).toBe("ip:999.1.1.1 -tenant:acme -outcome:good -ip:10.0.0.0/33");
  });

  it("exclude by any field, which takes a value that begins with a hyphen itself", () => {
    expect(
      read(
        '-user:u1 -user:-u2 user:-u3 -ip:10.0.0.0/8 -role:"billing admin" -resource:r -type:Session -outcome:Success',
      ).tokens,
    ).toEqual([
      { name: "not_actor_id", value: "u1" },
      { name: "not_actor_id", value: "-u2" },
      { name: "actor_id", value: "-u3" },
      { name: "not_ip", value: "10.0.0.0/8" },
      { name: "not_role", value: "billing admin" },
      { name: "not_resource_id", value: "r" },
      { name: "not_resource_type", value: "Session" },
      { name: "not_outcome", value: "success" },
    ]);
  });

  it("are not finished before their closing quotation mark", () => {
    for (const text of ['role:"billing', 'role:"billing ', '-role:"billing adm', 'role:"']) {
      const faults = [{ text, reason: "missing its closing quotation mark" }];
      expect(read(`wrong ${text}`), text).toEqual({ tokens: [], faults, rest: `wrong ${text}` });
    }
  });

  it("are not found in words that only look alike", () => {
    for (const text of ["https://ip:80", "xuser:1", "colour:red", "user: usr_1", "user:", "a-action:b"])
      expect(read(text), text).toEqual({ tokens: [], faults: [], rest: text });
  });

  it("are text where they mean nothing", () => {
    expect(readTokens("tenant:acme", new Set(["ip"]))).toEqual({ tokens: [], faults: [], rest: "tenant:acme" });
  });

  it("are text behind a backslash", () => {
    expect(read("\\user:1")).toEqual({ tokens: [], faults: [], rest: "user:1" });
  });

  it("never come out of a text that was typed as one", () => {
    const words = fc.constantFrom(
      "user:",
      "-action:",
      "ip:",
      "\\",
      "role:x",
      "\\user:1",
      '"',
      " ",
      "a",
      "-",
      "outcome:failure",
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(words).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(asTyped(text))).toEqual({ tokens: [], faults: [], rest: text });
      }),
    );
  });
});

it("tokens are added to what can be several", () => {
  const { tokens } = read("action:b.c -action:d.e user:2 outcome:denied action:a.b");
  expect(withTokens({ action: ["a.b"], actor_id: ["1"], outcome: ["failure"], q: "x" }, tokens)).toEqual({
    action: ["a.b", "b.c", "-d.e"],
    actor_id: ["1", "2"],
    outcome: ["failure", "denied"],
    q: "x",
  });
});

it("an action that is excluded is no longer asked for, and one that is asked for no longer excluded", () => {
  const before = { action: ["a.b", "-c.d", "e.*"] };
  expect(withTokens(before, read("-action:a.b action:c.d -action:e.*").tokens)).toEqual({
    action: ["-a.b", "c.d", "-e.*"],
  });
});

it("what is excluded is added up, takes the place of a filter for the same, and gives way to one", () => {
  const before = { actor_id: ["1"], not_actor_id: ["2"], outcome: ["failure", "denied"] } as const;
  expect(withTokens(before, read("-user:1 -user:2 -outcome:denied -ip:::1").tokens)).toEqual({
    not_actor_id: ["2", "1"],
    outcome: ["failure"],
    not_outcome: ["denied"],
    not_ip: ["::1"],
  });
  expect(withTokens(before, read("user:2").tokens)).toEqual({ actor_id: ["1", "2"], outcome: ["failure", "denied"] });
});

describe("the token of an exclusion", () => {
  it("reads as what it stands for, or there is none", () => {
    const values = fc.oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.constantFrom('a "b" c', '"', "-x", "user:1", "\\user:1", " ", "a\nb", "::1"),
    );
    fc.assert(
      fc.property(
        fc.constantFrom("not_actor_id", "not_role", "not_resource_id", "not_resource_type"),
        values,
        (name, value) => {
          const token = exclusionToken(name, value);
          if (token === undefined) expect(value).toMatch(/["\r\n]|^.{257}/s);
          else expect(read(token)).toEqual({ tokens: [{ name, value }], faults: [], rest: "" });
        },
      ),
    );
  });

  it("does not exist where the search box knows no word for it", () => {
    expect(exclusionToken("not_session_id", "s1")).toBeUndefined();
    expect(exclusionToken("not_ip", "10.0.0.0/8")).toBe("-ip:10.0.0.0/8");
    expect(exclusionToken("not_role", "billing admin")).toBe('-role:"billing admin"');
  });
});
