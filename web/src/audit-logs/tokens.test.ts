import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asTyped, type Meaning, readTokens, withTokens } from "./tokens.ts";

const ALL: ReadonlySet<Meaning> = new Set([
  "actor_id",
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

  it("that cannot be meant stay in the text, with why", () => {
    const { tokens, faults, rest } = read("ip:999.1.1.1 -role:admin outcome:good");
    expect(tokens).toEqual([]);
    expect(faults.map(({ text }) => text)).toEqual(["ip:999.1.1.1", "-role:admin", "outcome:good"]);
    expect(rest).toBe("ip:999.1.1.1 -role:admin outcome:good");
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

it("tokens add actions and outcomes, and replace what there is one of", () => {
  const { tokens } = read("action:b.c -action:d.e user:2 outcome:denied action:a.b");
  expect(withTokens({ action: ["a.b"], actor_id: "1", outcome: ["failure"], q: "x" }, tokens)).toEqual({
    action: ["a.b", "b.c", "-d.e"],
    actor_id: "2",
    outcome: ["failure", "denied"],
    q: "x",
  });
});
