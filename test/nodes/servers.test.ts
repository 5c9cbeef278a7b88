import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Receipt } from "@daybook/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shareDirectory } from "../../src/cli/share-directory.ts";
import { toConfig } from "../../src/config.ts";
import { verifyDirectory } from "../../src/verify/data-directory.ts";
import { type PostgresServer, startPostgres } from "../identity/postgres.ts";
import { eventsAt } from "../streams/messages.ts";
import { Receiver } from "../streams/receiver.ts";
import { StreamClient } from "../streams/stream-client.ts";
import { AppServer } from "../support/app-server.ts";
import { ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";
import { LossyProxy } from "./proxy.ts";
import { until } from "./test-node.ts";

let postgres: PostgresServer;
let proxy: LossyProxy;
let url: string;
let first: AppServer;
/** The one that is killed. */
let second: ServerProcess;
let third: AppServer;
let key: string;
/** Of who manages alerts and streams. */
let manager: string;
let receiver: Receiver;

/** The same on both nodes. */
const signingKeys = join(temporaryDirectory(), "signing.json");
const streamsKey = join(temporaryDirectory(), "streams.key");
const nodeArgs = () => [
  ...["--log-url", url, "--signing-keys", signingKeys, "--streams-key", streamsKey],
  ...["--stream-networks", "127.0.0.0/8"],
];

const event = (id: string) => ({
  id,
  action: "knowledge.create",
  actor: { type: "system" },
  resource: { type: "page" },
});

interface Page {
  data: { id: string; sequence: number; action: string; resource?: { name?: string }; context?: { ip?: string } }[];
}

/** Creates an alert for an action, which is sent to the receiver's path of its name. */
async function alertAt(
  server: TestServer,
  name: string,
  condition: object,
  action: string,
  headers: Record<string, string>,
) {
  const deliver = { webhook: { url: `${receiver.url}/${name}` } };
  const body = JSON.stringify({ name, condition, filter: { action: [action] }, deliver });
  const init = { method: "POST", body, headers: { ...headers, "content-type": "application/json" } };
  const response = await server.fetch("/v1/organizations/acme/alerts", init, manager);
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string; signing_secret: string };
}

/** How often an alert has fired. */
async function firedAt(server: TestServer, name: string): Promise<number> {
  const response = await server.fetch("/v1/organizations/acme/firings?limit=200", {}, manager);
  const { data } = (await response.json()) as { data: { alert: { name: string } }[] };
  return data.filter(({ alert }) => alert.name === name).length;
}

const streamsAt = (server: TestServer, by = manager) =>
  new StreamClient(server, { authorization: `Bearer ${by}` }, "acme");

async function idsAt(server: TestServer): Promise<string[]> {
  const response = await server.fetch("/v1/events?order=asc&limit=100", {}, key);
  return response.ok ? ((await response.json()) as Page).data.map(({ id }) => id) : [];
}

/** What the stream of that name has delivered of the events that a test recorded for it. */
const streamed = () => eventsAt(receiver, "/late").flatMap(({ id }) => (id?.startsWith("streamed-") ? [id] : []));

/** By the event that an alert fired for: the ids of the messages that said so, which are the same where one is sent again. */
function notifiedOf(path: string): Map<string, Set<unknown>> {
  const messages = new Map<string, Set<unknown>>();
  for (const { body, headers } of receiver.at(path)) {
    const { firings } = (JSON.parse(body) as { data: { firings: { event: { id: string } }[] } }).data;
    for (const { event } of firings) {
      messages.set(event.id, (messages.get(event.id) ?? new Set()).add(headers["webhook-id"]));
    }
  }
  return messages;
}

async function checkpointAt(server: TestServer): Promise<string> {
  const response = await server.fetch("/v1/checkpoint", {}, key);
  return response.text();
}

/** Moves the log and identity of a directory into a database of their own, has them used there, and verifies everything. */
async function movedToDatabase(dataDir: string, use: (args: string[]) => Promise<void>): Promise<void> {
  const logUrl = await postgres.createDatabase();
  const config = toConfig({ dataDir, logUrl });
  const moved = await shareDirectory(config, () => undefined);
  expect(moved.identity_rows).toBeGreaterThan(0);
  await expect(shareDirectory(config, () => undefined)).rejects.toThrow("is a node's copy of the shared log");
  await use(["--log-url", logUrl]);
  const findings: unknown[] = [];
  const signal = new AbortController().signal;
  await verifyDirectory(config, { signal, onFinding: (finding) => findings.push(finding) });
  expect(findings).toEqual([]);
}

const started = await startPostgres();

beforeAll(async () => {
  if (started === undefined) return;
  postgres = started;
  const database = await postgres.createDatabase();
  proxy = await LossyProxy.start(database);
  url = proxy.url(database);
  first = await AppServer.start({ args: nodeArgs() });
  second = await ServerProcess.start({ args: [...nodeArgs(), "--trusted-proxies", "127.0.0.1"] });
  receiver = await Receiver.start();
});

afterAll(async () => {
  await third?.remove();
  await second?.remove();
  await first?.remove();
  await receiver?.close();
  await proxy?.stop();
  await started?.stop();
});

describe.skipIf(started === undefined)("two nodes of one log", () => {
  test("a key that is created at one node works at the other, and its event is recorded by the one that leads", async () => {
    key = await second.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
    const response = await first.fetch("/v1/events", {}, key);
    expect(response.status).toBe(200);
    await until(async () =>
      ((await (await first.fetch("/v1/events", {}, key)).json()) as Page).data.some(
        (one) => one.action === "api_key.create",
      ),
    );
  });

  test("what is recorded at either node is at both, once, under the same signed checkpoint", async () => {
    expect((await first.post(key, event("at-the-leader"))).status).toBe(201);
    const passedOn = await second.post(key, [event("at-the-other"), event("at-the-leader")]);
    expect(passedOn.status).toBe(201);
    expect(await passedOn.json()).toMatchObject({ results: [{ duplicate: false }, { duplicate: true }] });
    for (const server of [first, second]) {
      await until(async () => (await idsAt(server)).includes("at-the-other"));
      expect((await idsAt(server)).filter((id) => id.startsWith("at-"))).toEqual(["at-the-leader", "at-the-other"]);
      expect((await server.fetch("/readyz")).status).toBe(200);
    }
    await until(async () => (await checkpointAt(first)) === (await checkpointAt(second)));
    const proof = await second.fetch("/v1/proofs/inclusion?id=at-the-other", {}, key);
    expect(proof.status).toBe(200);
  });

  test("what an outsider sends to the address for the other nodes is not found, and what a node passed on is not passed on again", async () => {
    expect((await first.fetch("/node/events", { method: "POST", body: "[]" }, "no-token")).status).toBe(404);
    const again = await second.fetch(
      "/v1/events",
      {
        method: "POST",
        body: JSON.stringify(event("round-trip")),
        headers: { "content-type": "application/json", "x-daybook-forwarded": "1" },
      },
      key,
    );
    expect(again.status).toBe(503);
    expect(await again.json()).toMatchObject({ code: "log_unavailable" });
  });

  test("what another node passed on comes from where that node says, and nobody else is believed", async () => {
    manager = await second.key(["--org", "acme", "--scopes", "alerts:manage,streams:manage"]);
    const alert = await alertAt(second, "Third", { type: "threshold", count: 3, minutes: 60 }, "vault.open", {
      "x-forwarded-for": "203.0.113.7",
    });
    const forged = { "x-daybook-client": "198.51.100.9", "x-daybook-node-token": "guessed" };
    await alertAt(first, "Each", { type: "match" }, "vault.close", forged);
    const created = async () => {
      const page = await first.fetch("/v1/events?action=alert.create", {}, key);
      return ((await page.json()) as Page).data.map(({ resource, context }) => [resource?.name, context?.ip]).sort();
    };
    await until(async () => (await created()).length === 2);
    expect(await created()).toEqual([
      ["Each", "127.0.0.1"],
      ["Third", "203.0.113.7"],
    ]);
    expect(alert.signing_secret).toMatch(/^whsec_/);
  });

  test("an alert fires for what either node took, at most 10 times in 10 minutes", async () => {
    const acts = (action: string, ...ids: string[]) => ids.map((id) => ({ ...event(id), action }));
    expect((await first.post(key, acts("vault.open", "open-1"))).status).toBe(201);
    expect((await second.post(key, acts("vault.open", "open-2"))).status).toBe(201);
    const many = Array.from({ length: 12 }, (_, at) => `close-${at}`);
    expect((await second.post(key, acts("vault.close", ...many))).status).toBe(201);
    await until(async () => (await firedAt(second, "Each")) === 10);
    expect(await firedAt(second, "Third")).toBe(0);
  });

  test("a stream delivers what either node took since it was created, and one whose receiver is gone is disabled", async () => {
    receiver.answer = ({ path }) => ({ status: path === "/gone" ? 410 : 200 });
    const [gone = "", late = ""] = await Promise.all(
      ["gone", "late"].map(async (name) => {
        const stream = { name, type: "webhook", config: { url: `${receiver.url}/${name}` }, proof: "none" };
        return (await streamsAt(second).create(stream)).id;
      }),
    );
    expect((await first.post(key, event("streamed-1"))).status).toBe(201);
    expect((await second.post(key, event("streamed-2"))).status).toBe(201);
    await receiver.until(() => streamed().length >= 2);
    await until(async () => (await streamsAt(second).find(gone)).state.health === "disabled");
    expect((await streamsAt(second).find(late)).state.health).toBe("ok");
  });

  test("a node with a signing key of its own does not start", async () => {
    await expect(AppServer.start({ args: ["--log-url", url] })).rejects.toThrow(
      "The signing key of this node is not the one that signs the log at LOG_URL",
    );
  });

  test("a data directory with a log of its own is refused until it is moved, and a node's copy without LOG_URL", async () => {
    const { dataDir } = second;
    const networks = ["--stream-networks", "127.0.0.0/8"];
    const alone = await AppServer.start({ args: networks });
    const keyThere = await alone.key([
      "--org",
      "acme",
      "--create",
      "--scopes",
      "events:write,events:read,streams:manage",
    ]);
    await streamsAt(alone, keyThere).create({
      name: "moved",
      type: "webhook",
      config: { url: `${receiver.url}/moved` },
    });
    const delivered = () =>
      eventsAt(receiver, "/moved").flatMap(({ id }) => (id === "before" || id === "after" ? [id] : []));
    const { results } = (await (await alone.post(keyThere, [event("before")])).json()) as { results: Receipt[] };
    await until(async () => (await alone.fetch("/v1/proofs/inclusion?id=before", {}, keyThere)).status === 200);
    const checkpoint = await (await alone.fetch("/v1/checkpoint", {}, keyThere)).text();
    await receiver.until(() => delivered().length > 0);
    await alone.stop();
    await expect(AppServer.start({ dataDir: alone.dataDir, args: ["--log-url", url] })).rejects.toThrow(
      "holds a log of its own",
    );
    await movedToDatabase(alone.dataDir, async (args) => {
      const node = await AppServer.start({ dataDir: alone.dataDir, args: [...args, ...networks] });
      expect((await node.post(keyThere, [event("before"), event("after")])).status).toBe(201);
      await until(async () => (await node.fetch("/v1/proofs/inclusion?id=after", {}, keyThere)).status === 200);
      const proof = await node.fetch("/v1/proofs/inclusion?id=before", {}, keyThere);
      const { leaf_hash, checkpoint: signed } = (await proof.json()) as { leaf_hash: string; checkpoint: string };
      expect(leaf_hash).toBe(results[0]?.leaf_hash);
      const [origin, size] = checkpoint.split("\n");
      expect(signed.split("\n")[0]).toBe(origin);
      expect((await node.fetch(`/v1/proofs/consistency?from=${size}`, {}, keyThere)).status).toBe(200);
      await receiver.until(() => delivered().includes("after"));
      expect(delivered()).toEqual(["before", "after"]);
      await node.stop();
    });
    await alone.remove();
    await expect(AppServer.start({ dataDir })).rejects.toThrow(
      "is one node's copy of a log that is shared in PostgreSQL",
    );
  });

  test("when the leader stops, the other one leads, and nothing is lost or doubled", async () => {
    const before = await checkpointAt(first);
    await first.stop();
    await until(async () => (await second.post(key, event("after-the-leader"))).status === 201);
    await until(async () => (await idsAt(second)).includes("after-the-leader"));
    expect((await idsAt(second)).filter((id) => /^(at|after)-/.test(id))).toEqual([
      "at-the-leader",
      "at-the-other",
      "after-the-leader",
    ]);
    const sizeOf = (note: string) => Number(note.split("\n")[1]);
    await until(async () => sizeOf(await checkpointAt(second)) > sizeOf(before));
    const log = (server: TestServer) => readFileSync(join(server.dataDir, "log", `${"0".repeat(20)}.seg`));
    const ofFirst = log(first);
    expect(log(second).subarray(0, ofFirst.length).equals(ofFirst)).toBe(true);
  });

  test("the streams go on where the other node stopped: nothing comes twice, nor from before, and who was gone is not called", async () => {
    expect((await second.post(key, event("streamed-3"))).status).toBe(201);
    await receiver.until(() => streamed().includes("streamed-3"));
    expect(streamed()).toEqual(["streamed-1", "streamed-2", "streamed-3"]);
    expect(eventsAt(receiver, "/late").filter(({ id }) => id?.startsWith("at-"))).toEqual([]);
    const healths = (await streamsAt(second).list()).map(({ name, state }) => [name, state.health]);
    expect(healths).toEqual([
      ["gone", "disabled"],
      ["late", "ok"],
    ]);
    expect(receiver.at("/gone")).toHaveLength(1);
  });

  test("the alerts go on at the node that leads then: nothing fires twice, and none is lost", async () => {
    const acts = ["vault.close", "vault.open"].map((action) => ({ ...event(`${action}-late`), action }));
    expect((await second.post(key, acts)).status).toBe(201);
    // The third of what both nodes have taken, and signed with the secret that the other one had created.
    await receiver.until(() => receiver.at("/Third").length > 0);
    expect([await firedAt(second, "Third"), await firedAt(second, "Each")]).toEqual([1, 10]);
    await receiver.until(() => receiver.at("/Each").length >= 10);
    const sent = receiver.at("/Each").map(({ headers }) => headers["webhook-id"]);
    // The other node was stopped, not killed: what it had sent is not sent again, and at no time did both notify.
    expect(sent).toEqual([...new Set(sent)]);
    expect(sent).toHaveLength(10);
  });

  test("when the leader is killed, a third node delivers and alerts: nothing is missed, and nothing fires twice", async () => {
    await alertAt(second, "Seal", { type: "match" }, "vault.seal", {});
    third = await AppServer.start({ args: nodeArgs() });
    const sealed = (...ids: string[]) => ids.map((id) => ({ ...event(id), action: "vault.seal" }));
    const ids = Array.from({ length: 6 }, (_, at) => `streamed-seal-${at}`);
    // Whatever streams and alerts are doing with them.
    expect((await second.post(key, sealed(...ids.slice(0, 5)))).status).toBe(201);
    await second.stop("SIGKILL");
    await until(async () => (await third.post(key, sealed(...ids.slice(5)))).status === 201);
    await receiver.until(() => streamed().includes("streamed-seal-5") && notifiedOf("/Seal").size === ids.length);
    const once = streamed().filter((id, at, all) => id.startsWith("streamed-seal") && all.indexOf(id) === at);
    expect(once).toEqual(ids);
    expect([...notifiedOf("/Seal").values()].map((messages) => messages.size)).toEqual(ids.map(() => 1));
    expect(await firedAt(third, "Seal")).toBe(ids.length);
  });
});
