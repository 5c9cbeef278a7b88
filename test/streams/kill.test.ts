import { rmSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { campaign } from "../log/campaign.ts";
import { anEvent } from "../support/events.ts";
import { cli, ServerProcess, temporaryDirectory } from "../support/server.ts";
import { eventsAt } from "./messages.ts";
import { Receiver } from "./receiver.ts";

/** Times that the server is killed while a stream delivers. */
const KILLS = campaign("DAYBOOK_TEST_STREAM_KILLS", 2, 100);
const EVENTS = 200;
const OPTIONS = ["--stream-networks", "127.0.0.0/8"];

test("kill -9 while a stream delivers loses nothing, and every repeat has its sequence", {
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
  const scopes = ["--scopes", "events:write,events:read,streams:manage"];
  const { stdout } = await cli(["keys", "create", "--data-dir", dataDir, "--org", "acme", "--create", ...scopes]);
  const key = stdout.trim();
  const stream = { name: "s", type: "webhook", config: { url: `${receiver.url}/kill` } };
  const init = { method: "POST", body: JSON.stringify(stream), headers: { "content-type": "application/json" } };
  expect((await server.fetch("/v1/organizations/acme/streams", init, key)).status).toBe(201);

  const acknowledged: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    for (let n = 0; n < EVENTS; n++) {
      const id = `k-${kill}-${n}`;
      if ((await server.post(key, anEvent({ id }))).status === 201) acknowledged.push(id);
      // In the middle of it, whatever the stream is doing.
      if (n === EVENTS / 2) receiver.answer = () => "hang";
    }
    await server.stop("SIGKILL");
    receiver.answer = () => ({});
    server = await ServerProcess.start({ dataDir, args: OPTIONS });
  }
  const last = acknowledged.at(-1);
  await receiver.until(() => eventsAt(receiver, "/kill").some(({ id }) => id === last));

  const received = eventsAt(receiver, "/kill");
  const bySequence = new Map<number | undefined, Set<string | undefined>>();
  for (const { id, sequence } of received) bySequence.set(sequence, (bySequence.get(sequence) ?? new Set()).add(id));
  const ids = new Set(received.map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
  expect([...bySequence.values()].filter(({ size }) => size !== 1)).toEqual([]);
  // In order: what is new is always the next one.
  let next = received[0]?.sequence ?? 0;
  for (const { sequence = -1 } of received) {
    expect(sequence).toBeLessThanOrEqual(next);
    if (sequence === next) next++;
  }
  process.stdout.write(
    `streams: ${KILLS} kills, ${acknowledged.length} events, 0 lost, ${received.length - bySequence.size} repeated\n`,
  );
});
