import { rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { AlertClient, type Firing } from "../alerts/alert-client.ts";
import { campaign } from "../log/campaign.ts";
import { anEvent } from "../support/events.ts";
import { cli, ServerProcess, temporaryDirectory } from "../support/server.ts";
import { eventsAt } from "./messages.ts";
import { Receiver } from "./receiver.ts";

/** Times that the server is killed while a stream delivers and alerts fire. */
const KILLS = campaign("DAYBOOK_TEST_STREAM_KILLS", 1, 100);
/** Events before a kill: half of them one after the other, in batches of this size, half of them at once. */
const EVENTS = 120;
const BATCH = 10;
/** As an alert fires at most 10 times in 10 minutes, each of these has fewer events. */
const ALERTS = 15;
const OPTIONS = ["--stream-networks", "127.0.0.0/8"];
const SCOPES = "events:write,events:read,streams:manage,alerts:manage";

test("kill -9 loses nothing: a stream repeats under the same sequence, and an alert fires once for each event", {
  timeout: 60_000 + KILLS * 30_000,
}, async () => {
  const dataDir = temporaryDirectory();
  const receiver = await Receiver.start();
  let server = await ServerProcess.start({ dataDir, args: OPTIONS });
  onTestFinished(async () => {
    await server.stop("SIGKILL");
    await receiver.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const created = await cli(["keys", "create", "--data-dir", dataDir, "--org", "acme", "--create", "--scopes", SCOPES]);
  const key = created.stdout.trim();
  const alerts = new AlertClient(() => ({ server, headers: { authorization: `Bearer ${key}` } }));
  const stream = { name: "s", type: "webhook", config: { url: `${receiver.url}/kill` } };
  await alerts.ask("POST", "/streams", stream);

  const acknowledged: string[] = [];
  /** By their ids: a server keeps the newest 1,000 of an organization, so they are read after each kill. */
  const firings = new Map<string, Firing>();
  for (let kill = 0; kill < KILLS; kill++) {
    const deliver = { webhook: { url: `${receiver.url}/alerts-${kill}` } };
    const actions = Array.from({ length: ALERTS }, (_, n) => `load.${kill}.${n}`);
    await Promise.all(actions.map((action) => alerts.create({ name: action, filter: { action: [action] }, deliver })));
    const ids = Array.from({ length: EVENTS }, (_, n) => `k-${kill}-${n}`);
    const events = ids.map((id, n) => anEvent({ id, action: actions[n % ALERTS] }));
    const atOnce = events.splice(EVENTS / 2);
    while (events.length > 0) expect((await server.post(key, events.splice(0, BATCH))).status).toBe(201);
    // In the middle of it, whatever the stream is doing. What comes at once is still being evaluated when the server is killed.
    receiver.answer = () => "hang";
    expect((await server.post(key, atOnce)).status).toBe(201);
    await server.stop("SIGKILL");
    acknowledged.push(...ids);
    receiver.answer = () => ({});
    server = await ServerProcess.start({ dataDir, args: OPTIONS });
    await receiver.until(() => {
      const notified = new Set(firingsAt(receiver, `/alerts-${kill}`).map(({ event }) => event.id));
      return ids.every((id) => notified.has(id));
    });
    for (const firing of await allFirings(alerts)) firings.set(firing.id, firing);
    await Promise.all((await alerts.list()).map(({ id }) => alerts.remove(id)));
  }

  const fired = [...firings.values()].map(({ event_id }) => event_id);
  expect(fired.sort()).toEqual([...acknowledged].sort());
  for (let kill = 0; kill < KILLS; kill++) expect(idsOfRepeats(receiver, `/alerts-${kill}`)).toEqual([]);
  const expected = [...acknowledged, ...[...firings.keys()].map((id) => `alert.${id}`)];
  await receiver.until(() => {
    const streamed = new Set(eventsAt(receiver, "/kill").map(({ id }) => id));
    return expected.every((id) => streamed.has(id));
  });
  const repeated = repeatsInOrder(receiver, expected);
  process.stdout.write(
    `streams: ${KILLS} kills, ${acknowledged.length} events, 0 lost, ${repeated} repeated; ${firings.size} firings\n`,
  );
});

interface NotifiedFiring {
  readonly id: string;
  readonly event: { readonly id: string };
}

function firingsAt(receiver: Receiver, path: string): NotifiedFiring[] {
  return receiver
    .at(path)
    .flatMap(({ body }) => (JSON.parse(body) as { data: { firings: NotifiedFiring[] } }).data.firings);
}

/** Firings that were sent again under another id of the message. */
function idsOfRepeats(receiver: Receiver, path: string): string[] {
  const messages = new Map<string, Set<string>>();
  for (const { body, headers } of receiver.at(path)) {
    const { firings } = (JSON.parse(body) as { data: { firings: NotifiedFiring[] } }).data;
    for (const { id } of firings) messages.set(id, (messages.get(id) ?? new Set()).add(String(headers["webhook-id"])));
  }
  return [...messages].flatMap(([id, of]) => (of.size === 1 ? [] : [id]));
}

/** Every page of them. */
async function allFirings(alerts: AlertClient): Promise<Firing[]> {
  const all: Firing[] = [];
  for (;;) {
    const before = all.length === 0 ? "" : `&before=${all.at(-1)?.id}`;
    const { data } = await alerts.ask<{ data: Firing[] }>("GET", `/firings?limit=200${before}`);
    if (data.length === 0) return all;
    all.push(...data);
  }
}

/** @returns how often the stream has repeated an event. What is new is always the next one, and no event has two places. */
function repeatsInOrder(receiver: Receiver, expected: readonly string[]): number {
  const received = eventsAt(receiver, "/kill");
  const bySequence = new Map<number | undefined, Set<string | undefined>>();
  for (const { id, sequence } of received) bySequence.set(sequence, (bySequence.get(sequence) ?? new Set()).add(id));
  expect([...bySequence.values()].filter(({ size }) => size !== 1)).toEqual([]);
  const awaited = new Set<string | undefined>(expected);
  const ids = [...bySequence.values()].flatMap((of) => [...of]).filter((id) => awaited.has(id));
  expect(ids.sort()).toEqual([...expected].sort());
  let next = received[0]?.sequence ?? 0;
  for (const { sequence = -1 } of received) {
    expect(sequence).toBeLessThanOrEqual(next);
    if (sequence === next) next++;
  }
  return received.length - bySequence.size;
}
