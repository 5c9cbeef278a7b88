import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent, type Problem } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

/** Metadata whose keys are what nobody would choose, and filters by their paths. */

const RANGE = "start=2026-03-01&end=2026-03-31";
const LONG = "k".repeat(10_000);

/** Of each event its metadata, and the path of its leaf, whose value is always `x`. */
const METADATA: readonly (readonly [what: string, metadata: object, path: string])[] = [
  ["a dot in the key", { "a.b": "x" }, "a\\.b"],
  ["a dot between keys", { a: { b: "x" } }, "a.b"],
  ["nothing but dots", { "..": "x" }, "\\.\\."],
  ["a backslash", { "a\\b": "x" }, "a\\\\b"],
  ["a backslash before a dot", { "a\\.b": "x" }, "a\\\\\\.b"],
  ["double quotes", { 'say "hi"': "x" }, 'say "hi"'],
  ["single quotes", { "it's' OR 1=1 --": "x" }, "it's' OR 1=1 --"],
  ["a line end", { "two\nlines": "x" }, "two\nlines"],
  ["an empty key", { "": "x" }, ""],
  ["a digit and a colon", { "1:a": "x" }, "1:a"],
  ["signs that stand for others in SQL", { "%_": "x" }, "%_"],
  ["braces", { "{tenant:String}": "x" }, "{tenant:String}"],
  ["another script", { "σας😀": "x" }, "σας😀"],
  ["as many characters as a filter takes", { ["m".repeat(1_024)]: "x" }, "m".repeat(1_024)],
];

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const events = [...METADATA.map(([, metadata]) => metadata), { [LONG]: "x", short: "x" }].map((metadata, at) =>
    anEvent({ id: `e${at}`, timestamp: new Date(Date.UTC(2026, 2, 2, 0, 0, at)).toISOString(), metadata }),
  );
  expect((await server.post(key, events)).status).toBe(201);
  await server.caughtUp(key);
});
afterAll(() => server.remove());

async function found(parameters: readonly (readonly [name: string, value: string])[]): Promise<Event[]> {
  const query = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value]));
  const response = await server.fetch(`/v1/events?${RANGE}&limit=100&${query}`, {}, key);
  const answer = (await response.json()) as { data: Event[] };
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return answer.data;
}

describe("a metadata path with", () => {
  it.each(METADATA.map(([what, metadata, path], at) => ({ what, metadata, path, at })))(
    "$what finds its own event and no other, and leaves just that out",
    async ({ metadata, path, at }) => {
      const [own, ...others] = await found([[`metadata.${path}`, "x"]]);
      expect([own?.id, own?.metadata, others]).toEqual([`e${at}`, metadata, []]);
      const rest = await found([[`not_metadata.${path}`, "x"]]);
      expect(rest.map(({ id }) => id)).not.toContain(`e${at}`);
      expect(rest).toHaveLength(METADATA.length);
    },
  );

  it("10,000 characters is stored and shown, and refused as a filter, in words", async () => {
    const [event] = await found([["metadata.short", "x"]]);
    expect(event?.metadata).toEqual({ [LONG]: "x", short: "x" });
    const response = await server.fetch(`/v1/events?metadata.${LONG}=x`, {}, key);
    const problem = (await response.json()) as Problem;
    expect([response.status, problem.code]).toEqual([400, "invalid_parameter"]);
    expect(problem.errors?.[0]?.message).toBe("must have a path of at most 1024 characters");
  });
});
