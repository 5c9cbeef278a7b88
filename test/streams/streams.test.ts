import { createPublicKey, verify } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mmdb } from "../../src/addresses/mmdb.fixture.ts";
import { alertSuite } from "../alerts/alert-suite.ts";
import { MailServer } from "../alerts/mail-server.ts";
import { AppServer } from "../support/app-server.ts";
import { makeKey, setUp } from "../support/console-session.ts";
import { anEvent } from "../support/events.ts";
import { temporaryDirectory } from "../support/server.ts";
import { givenBackSuite } from "./given-back.ts";
import { eventsAt, messageOf, recordsAt } from "./messages.ts";
import { type Received, Receiver } from "./receiver.ts";
import { type CreatedStream, StreamClient } from "./stream-client.ts";

/** Streams and alerts from end to end: a real server, real receivers on loopback, which the operator allows here. */

let server: AppServer;
let receiver: Receiver;
let mails: MailServer;
let args: string[];
let session: Record<string, string>;
let client: StreamClient;
let writer: string;

beforeAll(async () => {
  mails = await MailServer.start();
  const dataDir = temporaryDirectory();
  const countries = join(dataDir, "countries.mmdb");
  const records = { "203.0.113.0/24": { country: "DE" }, "198.51.100.0/24": { country: "NL" } };
  writeFileSync(countries, mmdb({ type: "Test", builtAt: new Date(), records }));
  args = ["--stream-networks", "127.0.0.0/8", "--smtp-url", mails.url, "--address-database", countries];
  server = await AppServer.start({ dataDir, args });
  receiver = await Receiver.start();
  session = await setUp(server, { id: "acme", name: "Acme" });
  writer = (await makeKey(server, session, "acme", "events:write", "events:read")).key;
  client = new StreamClient(server, session, "acme");
});
afterEach(async () => {
  receiver.answer = () => ({});
  for (const { id } of await client.list()) await client.remove(id);
});
afterAll(async () => {
  await server?.remove();
  await receiver?.close();
  await mails?.close();
});

const idsAt = (path: string) => eventsAt(receiver, path).map(({ id }) => id);

let paths = 0;

/** A webhook of a path of its own. */
async function webhook(fields: Record<string, unknown> = {}): Promise<CreatedStream & { path: string }> {
  const path = `/hook-${++paths}`;
  const created = await client.create({ name: path, type: "webhook", config: { url: receiver.url + path }, ...fields });
  return { ...created, path };
}

/** Sends events with these ids. */
async function record(...ids: string[]): Promise<void> {
  const response = await server.post(
    writer,
    ids.map((id) => anEvent({ id })),
  );
  expect(response.status).toBe(201);
}

describe("a webhook", () => {
  it("gets each event once, in order, signed as Standard Webhooks says", async () => {
    const { path, signing_secret, public_keys } = await webhook({ filter: { action: ["channel.create"] } });
    await record("a-1", "a-2");
    await record("a-3");
    await receiver.until(() => idsAt(path).length >= 3);
    expect(idsAt(path)).toEqual(["a-1", "a-2", "a-3"]);
    for (const request of receiver.at(path)) {
      const headers = request.headers as Record<string, string>;
      expect(() => new Webhook(signing_secret ?? "").verify(request.body, headers)).not.toThrow();
      expect(() => new Webhook(signing_secret ?? "").verify(`${request.body} `, headers)).toThrow();
      const signature = / v1a,(\S+)/.exec(headers["webhook-signature"] ?? "")?.[1] ?? "";
      const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${request.body}`;
      expect(verify(null, Buffer.from(content), keyOf(public_keys[0]), Buffer.from(signature, "base64"))).toBe(true);
    }
  });

  it("names log, first and last sequence of what each batch looked at, without a gap", async () => {
    const { path } = await webhook();
    await record("b-1");
    await record("b-2", "b-3");
    await receiver.until(() => idsAt(path).includes("b-3"));
    const ranges = receiver
      .at(path)
      .map((request) => messageOf(request).data)
      .filter(({ records }) => records.some(({ type }) => type === undefined));
    for (const [at, { first, last, records }] of ranges.entries()) {
      const sequences = records.flatMap(({ type, sequence }) => (type === undefined ? [sequence] : []));
      expect(sequences).toEqual(Array.from({ length: last - first + 1 }, (_, index) => first + index));
      if (at > 0) expect(first).toBe((ranges[at - 1]?.last ?? -1) + 1);
    }
  });

  it("signs with the old secret too for a day after a rotation", async () => {
    const { id, path, signing_secret: old } = await webhook();
    const { signing_secret: renewed } = await client.act<CreatedStream>(id, "rotate-secret");
    expect(renewed).not.toBe(old);
    await record("c-1");
    await receiver.until(() => idsAt(path).includes("c-1"));
    const { body, headers } = receiver.at(path).at(-1) as Received;
    for (const secret of [old, renewed]) {
      expect(() => new Webhook(secret ?? "").verify(body, headers as Record<string, string>)).not.toThrow();
    }
  });

  it("that answers 410 is not called again until somebody resumes it", async () => {
    receiver.answer = () => ({ status: 410 });
    const { id, path } = await webhook();
    await record("d-1");
    await expect.poll(async () => (await client.find(id)).state.health).toBe("disabled");
    await record("d-2");
    receiver.answer = () => ({});
    await client.update(id, { enabled: true });
    await receiver.until(() => idsAt(path).includes("d-2"));
    expect(idsAt(path).filter((sent) => sent?.startsWith("d-"))).toEqual(["d-1", "d-2"]);
    const disabled = await events("stream.disable");
    expect(disabled).toMatchObject([{ actor: { type: "system" }, resource: { type: "stream", id } }]);
  });
});

describe("a receiver that fails", () => {
  it("gets everything once it is back, and the batch that failed under the same id", async () => {
    receiver.answer = () => ({ status: 503, body: "come back later" });
    const { id, path } = await webhook();
    await record("e-1");
    await receiver.until(() => receiver.at(path).length > 0);
    await expect
      .poll(async () => (await client.find(id)).state)
      .toMatchObject({
        health: "failing",
        last_error: "The receiver answered 503: come back later",
      });
    await record("e-2");
    receiver.answer = () => ({});
    await receiver.until(() => idsAt(path).includes("e-2"));
    const first = receiver.at(path).filter(({ body }) => body.includes('"e-1"'));
    expect(new Set(first.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    await expect
      .poll(async () => (await client.find(id)).state)
      .toMatchObject({ health: "ok", last_error: null, lag: 0 });
  });

  it.each([
    ["redirects", () => ({ status: 302, headers: { location: "http://127.0.0.1:1/" } }), /Redirects are not followed/],
    ["cuts its answer off", () => "cut" as const, /cannot be reached/],
  ])("and %s has not acknowledged", async (_, answer, reason) => {
    receiver.answer = answer;
    const { id, path } = await webhook();
    await record(`f-${paths}`);
    await receiver.until(() => receiver.at(path).length > 0);
    await expect.poll(async () => (await client.find(id)).state.last_error).toMatch(reason);
    receiver.answer = () => ({ body: "garbage" });
    await expect
      .poll(async () => (await client.find(id)).state, { timeout: 10_000 })
      .toMatchObject({ health: "ok", lag: 0 });
  });

  it("and refuses one event gets it shortened, with a note of that, and all others whole", async () => {
    receiver.answer = ({ body }) => (body.includes("poison pill") ? { status: 422 } : {});
    const { path } = await webhook();
    const sent = Array.from({ length: 9 }, (_, n) =>
      anEvent({ id: `g-${n}`, description: n === 4 ? "poison pill" : "fine" }),
    );
    await server.post(writer, sent);
    await receiver.until(() =>
      receiver.at(path).some(({ body }) => body.includes('"g-8"') && !body.includes("poison pill")),
    );
    const taken = receiver
      .at(path)
      .filter(({ body }) => !body.includes("poison pill"))
      .flatMap((request) => messageOf(request).data.records);
    const shortened = taken.filter((one) => one.shortened !== undefined);
    expect(shortened).toMatchObject([{ id: "g-4", shortened: { reason: "refused" } }]);
    expect(taken.flatMap(({ id }) => (id?.startsWith("g-") ? [id] : []))).toEqual(sent.map(({ id }) => id));
  });

  it("delays nobody else: one hangs, nineteen others get theirs", async () => {
    const hanging = await webhook();
    receiver.answer = ({ path }) => (path === hanging.path ? "hang" : {});
    const others: { path: string }[] = [];
    for (let n = 0; n < 19; n++) others.push(await webhook());
    await record("h-1");
    await receiver.until(() => others.every(({ path }) => idsAt(path).includes("h-1")));
    expect((await client.find(hanging.id)).state.lag).toBeGreaterThan(0);
    // A request that stays unanswered does not keep a stream from being deleted.
    await client.remove(hanging.id);
  });
});

describe("an owner", () => {
  it("pauses a stream and resumes it where it was", async () => {
    const { id, path } = await webhook({ filter: { action: ["channel.create"] } });
    await record("i-1");
    await receiver.until(() => idsAt(path).length === 1);
    expect((await client.update(id, { enabled: false })).state.health).toBe("paused");
    await record("i-2");
    await client.update(id, { enabled: true });
    await receiver.until(() => idsAt(path).length >= 2);
    expect(idsAt(path)).toEqual(["i-1", "i-2"]);
  });

  it("replays it from a sequence, from a time, and from the beginning", async () => {
    const { id, path } = await webhook();
    await record("j-1");
    await receiver.until(() => idsAt(path).includes("j-1"));
    const [{ sequence = -1, recorded_at = "" } = {}] = await eventsWith("id", "j-1");
    await server.caughtUp();
    for (const start of [{ sequence }, { time: recorded_at }, "beginning"]) {
      const before = receiver.received.length;
      expect(await client.act(id, "replay", { start })).toMatchObject({ warnings: [] });
      const again = () => receiver.received.slice(before).flatMap((request) => messageOf(request).data.records);
      await receiver.until(() => again().some((one) => one.id === "j-1"));
      const first = again().find(({ type }) => type === undefined)?.sequence ?? -1;
      if (start === "beginning") expect(first).toBe(0);
      else expect(first).toBeLessThanOrEqual(sequence);
    }
  });

  it("tests a stream without waiting for what is before it", async () => {
    receiver.answer = () => ({ status: 500 });
    const { id, path } = await webhook({ filter: { action: ["nothing.matches"] } });
    expect(await client.act(id, "test")).toMatchObject({ delivered: false, error: "The receiver answered 500" });
    receiver.answer = () => ({});
    expect(await client.act(id, "test")).toMatchObject({ delivered: true, error: null });
    expect(recordsAt(receiver, path).at(-1)).toMatchObject({ action: "stream.test" });
  });

  it("never sees a secret again, and neither does who reads the database", async () => {
    const { id, signing_secret } = await webhook();
    const secret = signing_secret?.replace("whsec_", "") ?? "";
    expect(JSON.stringify([await client.list(), await client.find(id)])).not.toContain(secret);
    for (const file of ["identity.db", "identity.db-wal"]) {
      expect(readFileSync(join(server.dataDir, file)).includes(secret)).toBe(false);
    }
    expect(JSON.stringify(await events("stream.create"))).not.toContain(secret);
  });

  it("can test a stream ten times a minute, and learns when it can go on", async () => {
    await restart();
    const { id } = await webhook();
    const path = `/${id}/test`;
    const statuses: number[] = [];
    for (let time = 0; time < 10; time++) statuses.push((await client.send("POST", path)).status);
    expect(statuses).toEqual(statuses.map(() => 200));
    const refused = await client.send("POST", path);
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect(await refused.json()).toMatchObject({ code: "rate_limited" });
    // What was counted is in memory only: what follows starts afresh.
    await restart();
  });

  it("never sees secrets again that replaced others, in its settings, its events or the database", async () => {
    const stream = { name: "d", type: "datadog", enabled: false, config: {}, secrets: { api_key: "first-secret-key" } };
    const created = await client.create(stream);
    await client.update(created.id, { secrets: { api_key: "second-secret-key" } });
    await client.update(created.id, { config: { service: "audit" }, secrets: { api_key: "third-secret-key" } });
    const shown = [await client.list(), await client.find(created.id), await eventsWith("resource_id", created.id)];
    const log = readdirSync(join(server.dataDir, "log")).map((name) => join("log", name));
    const files = ["identity.db", "identity.db-wal", ...log].map((name) => readFileSync(join(server.dataDir, name)));
    for (const secret of ["first-secret-key", "second-secret-key", "third-secret-key"]) {
      expect(JSON.stringify(shown)).not.toContain(secret);
      for (const file of files) expect(file.includes(secret)).toBe(false);
    }
  });

  it("leaves an event of every change", async () => {
    const { id } = await webhook();
    await client.update(id, { name: "Renamed" });
    await client.act(id, "replay", { start: "now" });
    await client.remove(id);
    const actions = (await eventsWith("resource_id", id)).map(({ action }) => action);
    expect(actions.reverse()).toEqual(["stream.create", "stream.update", "stream.replay", "stream.delete"]);
  });

  it.each<[string, object, string[]]>([
    ["a name", { name: "" }, ["/name"]],
    ["a type", { type: "carrier_pigeon" }, ["/type"]],
    ["no address", { config: undefined }, ["/config/url"]],
    ["an address", { config: { url: "ftp://x" } }, ["/config/url"]],
    ["a password in the address", { config: { url: "https://a:b@x.example" } }, ["/config/url"]],
    ["a filter", { filter: { nothing: "x" } }, ["/filter/nothing"]],
    ["a format", { format: "xml" }, ["/format"]],
    ["a start", { start: { sequence: -1 } }, ["/start/sequence"]],
    ["every organization's events", { organizations: "all" }, ["/organizations"]],
    ["secrets", { secrets: { signing: [] } }, ["/secrets/signing"]],
    ["a secret that is needed", { type: "datadog", config: {} }, ["/secrets/api_key"]],
    [
      "a signing secret of its own, which the server creates",
      { secrets: { signing_secret: "x" } },
      ["/secrets/signing_secret"],
    ],
    [
      "a token without what it is asked for with",
      { type: "http", config: { url: "https://a.example", token_url: "https://b.example" } },
      ["/config/client_id", "/secrets/client_secret"],
    ],
    [
      "credentials and no place to use them",
      { type: "http", config: { url: "https://a.example", client_id: "x" } },
      ["/config/token_url"],
    ],
    [
      "two ways to authorize",
      {
        type: "http",
        config: { url: "https://a.example", token_url: "https://b.example", client_id: "x" },
        secrets: { client_secret: "s", headers: { Authorization: "Basic eDp5" } },
      },
      ["/secrets/headers"],
    ],
    ["a secret that is empty", { type: "datadog", config: {}, secrets: { api_key: "" } }, ["/secrets/api_key"]],
  ])("learns what is wrong with %s", async (_, wrong, pointers) => {
    const valid = { name: "s", type: "webhook", config: { url: "https://siem.example.com" } };
    const response = await client.send("POST", "", { ...valid, ...wrong });
    const problem = (await response.json()) as { status: number; errors: { pointer: string }[] };
    expect([problem.status, problem.errors?.map(({ pointer }) => pointer)]).toEqual([422, pointers]);
  });
});

describe("what a receiver gives back", () =>
  givenBackSuite(() => ({ server, receiver, client, writer, webhook, record })));

async function restart(between?: () => void): Promise<void> {
  const { dataDir } = server;
  await server.stop();
  between?.();
  server = await AppServer.start({ dataDir, args });
  client = new StreamClient(server, session, "acme");
}

describe("an alert", () => alertSuite(() => ({ server, receiver, mails, session, writer, restart })));

it("goes back to its beginning when its cursor is lost, and calls nobody who asked not to be called", async () => {
  receiver.answer = () => ({ status: 410 });
  const gone = await webhook();
  await record("l-0");
  await expect.poll(async () => (await client.find(gone.id)).state.health).toBe("disabled");
  receiver.answer = () => ({});
  const { path } = await webhook();
  await record("l-1");
  await receiver.until(() => idsAt(path).includes("l-1"));
  await restart(() => rmSync(join(server.dataDir, "streams"), { recursive: true }));
  await record("l-2");
  await receiver.until(() => idsAt(path).includes("l-2"));
  expect(idsAt(path).filter((id) => id?.startsWith("l-"))).toEqual(["l-1", "l-1", "l-2"]);
  expect((await client.find(gone.id)).state.health).toBe("disabled");
  expect(idsAt(gone.path)).toHaveLength(1);
  expect(server.output()).toContain("how far it has come is lost");
});

it("measures every stream for the operator", async () => {
  const { id, path } = await webhook();
  await record("k-1");
  await receiver.until(() => idsAt(path).includes("k-1"));
  await expect
    .poll(() => server.metrics())
    .toMatch(new RegExp(`^daybook_stream_lag\\{organization="acme",stream="${id}"\\} 0$`, "m"));
});

/** Events of the organization's log, newest first. */
async function eventsWith(parameter: string, value: string) {
  await server.caughtUp();
  const response =
    parameter === "id"
      ? await server.fetch(`/v1/events/${value}`, {}, writer)
      : await server.fetch(`/v1/events?${parameter}=${value}`, {}, writer);
  const answer = (await response.json()) as Listed & { data?: Listed[] };
  return answer.data ?? [answer];
}

interface Listed {
  readonly action: string;
  readonly sequence: number;
  readonly recorded_at: string;
}

const events = (action: string) => eventsWith("action", action);

/** An Ed25519 key of Standard Webhooks. */
function keyOf(text: string | undefined) {
  const raw = Buffer.from((text ?? "").replace("whpk_", ""), "base64");
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  return createPublicKey({ key: spki, format: "der", type: "spki" });
}
