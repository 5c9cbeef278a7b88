import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alterRaw } from "../support/altered-entries.ts";
import { AppServer } from "../support/app-server.ts";
import { anEvent } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";

/** Facets of people with their names: what a person picker asks. */

const RANGE = "start=2026-03-01&end=2026-03-31";

let server: TestServer;
let key: string;
let viewer: string;

const ada = (name: string, email?: string) => ({ type: "user", id: "u1", name, ...(email && { email }) });
const grace = { type: "user", id: "u2", name: "Grace Höpper", email: "grace@acme.example" };
const support = (id: string, name?: string) => ({
  type: "user",
  id: "agent-7",
  on_behalf_of: { type: "user", id, ...(name && { name }) },
});

beforeAll(async () => {
  server = await AppServer.start({ args: ["--embed-origins", "https://app.example"] });
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const globex = await server.key(["--org", "globex", "--create", "--scopes", "events:write"]);
  const at = (day: number, actor: object, rest: object = {}) =>
    anEvent({ timestamp: `2026-03-${String(day).padStart(2, "0")}T12:00:00Z`, actor, ...rest });
  const events = [
    at(1, ada("Ada Byron", "byron@acme.example"), { action: "auth.login" }),
    at(2, ada("Ada Lovelace", "ada@acme.example"), { id: "newest-name" }),
    // The newest event names nobody.
    at(3, { type: "user", id: "u1" }),
    at(4, grace, { resource: { type: "channel", id: "slack", name: "Slack" } }),
    // Nor does the newest event of the resource.
    at(5, grace, { id: "newest-of-grace", resource: { type: "channel", id: "slack" } }),
    at(6, { type: "service", id: "cron_50%" }),
    at(7, support("u1", "Ada Lovelace")),
    at(8, support("u3")),
    at(9, { type: "system" }),
    ...["p•••@acme.example", "P•••@acme.example", "q•••@acme.example"].map((email, nth) =>
      at(
        10,
        { type: "anonymous" },
        { action: "auth.login", metadata: { email }, context: { ip: `2001:db8:1:2::${nth}` } },
      ),
    ),
    at(
      10,
      { type: "anonymous", email: "r@acme.example" },
      { action: "auth.login", context: { ip: "2001:db8:1:2::9" } },
    ),
  ];
  expect((await server.post(key, events)).status).toBe(201);
  const others = [at(9, { type: "user", id: "u1", name: "Secret of Globex" }), at(9, { type: "user", id: "u9" })];
  expect((await server.post(globex, others)).status).toBe(201);
  await server.caughtUp(key);
  const platform = await server.key(["--platform", "--scopes", "events:read"]);
  const issued = await server.fetch(
    "/v1/viewer-tokens",
    {
      method: "POST",
      body: JSON.stringify({ organization: "acme", filter: { action: ["auth.*"] } }),
      headers: { "content-type": "application/json" },
    },
    platform,
  );
  viewer = ((await issued.json()) as { token: string }).token;
});
afterAll(() => server.remove());

interface People {
  readonly field: string;
  readonly values: object[];
  readonly more: boolean;
}

async function people(query: string, by = key): Promise<People> {
  const response = await server.fetch(`/v1/events/facets?${RANGE}&names=true&${query}`, {}, by);
  const answer = await response.json();
  expect(response.status, JSON.stringify(answer)).toBe(200);
  return answer as People;
}

const ADA = { value: "u1", count: 3, name: "Ada Lovelace", email: "ada@acme.example" };
const GRACE = { value: "u2", count: 2, name: "Grace Höpper", email: "grace@acme.example" };
const AGENT = { value: "agent-7", count: 2 };
const CRON = { value: "cron_50%", count: 1 };

describe("the facet of people", () => {
  it("names each as their newest event does that gives a name, and counts all their events", async () => {
    expect(await people("field=actor_id")).toEqual({
      field: "actor_id",
      values: [ADA, AGENT, GRACE, CRON],
      more: false,
    });
  });

  it("names those who were acted for", async () => {
    expect((await people("field=on_behalf_of")).values).toEqual([
      { value: "u1", count: 1, name: "Ada Lovelace" },
      { value: "u3", count: 1 },
    ]);
  });

  it.each([
    ["a name, whatever the case", "LOVELACE", [ADA]],
    ["an earlier name", "byron", [ADA]],
    ["an e-mail", "grace%40acme", [GRACE]],
    ["a letter of another script", "h%C3%96pper", [GRACE]],
    ["an id", "cron", [CRON]],
    ["a character that stands for others in SQL", "%25", [CRON]],
    ["another one", "_5", [CRON]],
    ["nothing that is there", "nobody", []],
    ["a name of another organization", "Secret", []],
  ])("finds them by %s", async (_, find, expected) => {
    expect((await people(`field=actor_id&find=${find}`)).values).toEqual(expected);
  });

  it("obeys every filter but its own, for counts, names and what is found", async () => {
    const byron = { value: "u1", count: 1, name: "Ada Byron", email: "byron@acme.example" };
    expect((await people("field=actor_id&action=auth.*")).values).toEqual([byron]);
    expect((await people("field=actor_id&action=auth.*&find=lovelace")).values).toEqual([]);
    expect((await people("field=actor_id&actor_id=u2&find=ada")).values).toEqual([ADA]);
  });

  it("shows a reader with a fixed filter nobody beyond it, and no other name", async () => {
    const byron = { value: "u1", count: 1, name: "Ada Byron", email: "byron@acme.example" };
    expect((await people("field=actor_id", viewer)).values).toEqual([byron]);
    expect((await people("field=actor_id&find=lovelace", viewer)).values).toEqual([]);
  });

  it("gives as many as are asked for, and says that there are more", async () => {
    expect(await people("field=actor_id&limit=2")).toMatchObject({ values: [ADA, AGENT], more: true });
    expect((await people("field=actor_id&limit=4")).more).toBe(false);
  });

  it.each([
    ["names", "field=action&names=true"],
    ["find", "field=actor_id&find=ada"],
    ["limit", "field=actor_id&limit=5"],
    ["limit", "field=actor_id&names=true&limit=101"],
    ["find", "field=actor_id&names=true&find="],
    ["find", `field=actor_id&names=true&find=${"x".repeat(1025)}`],
    ["names", "field=actor_id&names=yes"],
  ])("is refused with the parameter that is at fault: %s in %s", async (pointer, query) => {
    const response = await server.fetch(`/v1/events/facets?${query}`, {}, key);
    const problem = (await response.json()) as { errors: { pointer: string }[] };
    expect([response.status, problem.errors.map((error) => error.pointer)]).toEqual([400, [pointer]]);
  });

  it("groups by user and by resource with the names of the newest events that give one", async () => {
    const grouped = async (query: string) =>
      ((await (await server.fetch(`/v1/groups?${RANGE}&${query}`, {}, key)).json()) as { groups: object[] }).groups;
    expect(await grouped("by=actor_id&limit=2")).toMatchObject([ADA, AGENT]);
    expect(await grouped("by=resource")).toEqual([
      {
        type: "channel",
        value: "slack",
        name: "Slack",
        count: 2,
        first: "2026-03-04T12:00:00.000Z",
        last: "2026-03-05T12:00:00.000Z",
        actors: 1,
      },
    ]);
  });

  it("counts whom a sign-in was tried with as an actor of the network, once", async () => {
    const answer = await (await server.fetch(`/v1/groups?${RANGE}&by=network`, {}, key)).json();
    expect(answer).toMatchObject({ groups: [{ value: "2001:db8:1:2::/64", count: 4, actors: 3 }] });
  });

  it("of 10,000 of whom none has a name are the ids of some, the word that there are more, anyone by id, and who gets a name", async () => {
    const crowd = await server.key(["--org", "crowd", "--create", "--scopes", "events:write,events:read"]);
    for (let from = 0; from < 10_000; from += 1000) {
      const events = Array.from({ length: 1000 }, (_, nth) =>
        anEvent({ timestamp: "2026-03-11T12:00:00Z", actor: { type: "user", id: `u_${from + nth}` } }),
      );
      expect((await server.post(crowd, events)).status).toBe(201);
    }
    await server.caughtUp(crowd);
    const found = await people("field=actor_id&limit=100", crowd);
    expect([found.values.length, found.more]).toEqual([100, true]);
    expect(found.values).toEqual(found.values.map(() => ({ value: expect.stringMatching(/^u_\d+$/), count: 1 })));
    expect((await people("field=actor_id&find=u_9876", crowd)).values).toEqual([{ value: "u_9876", count: 1 }]);
    const answer = await server.fetch(`/v1/groups?${RANGE}&by=actor_id&limit=100`, {}, crowd);
    expect(await answer.json()).toMatchObject({ more: true });
    const named = { value: "u_9876", name: "Priya Sharma" };
    const actor = { type: "user", id: named.value, name: named.name };
    expect((await server.post(crowd, anEvent({ timestamp: "2026-03-11T12:00:00Z", actor }))).status).toBe(201);
    await server.caughtUp(crowd);
    expect((await people("field=actor_id&find=sharma", crowd)).values).toEqual([{ ...named, count: 2 }]);
  });

  it("says so where the entry that gives the name is not what was recorded, without the name", async () => {
    const log = join(server.dataDir, "log");
    const [segment = ""] = readdirSync(log).filter((name) => name.endsWith(".seg"));
    alterRaw(join(log, segment), "newest-of-grace", "header");
    expect((await people("field=actor_id")).values).toEqual([
      ADA,
      AGENT,
      { damaged: true, count: 2, reason: "header" },
      CRON,
    ]);
    expect(server.output()).toContain("an entry cannot be shown");
  });
});
