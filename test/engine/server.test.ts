import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { events, RANGE, record } from "../lifecycle/events.ts";
import { campaign } from "../log/campaign.ts";
import { Random } from "../log/random.ts";
import { cli, ServerProcess } from "../support/server.ts";
import { engineOf, exists, gone } from "./engine-of.ts";

/** A server, its engine and its clients: what people see of the engine's death, and what is left of it. */

const KILLS = campaign("DAYBOOK_TEST_ENGINE_KILLS", 4, 100);
const SCOPES = ["--org", "acme", "--create", "--scopes", "events:write,events:read"];
const WRITERS = 3;
const EACH = 20;

const searchOf = (server: ServerProcess) => join(server.dataDir, "search");

it("an engine goes with its server, also when that is killed", async () => {
  const server = await ServerProcess.start();
  onTestFinished(() => server.remove());
  const engine = await engineOf(searchOf(server));
  await server.stop("SIGKILL");
  await gone(engine);
});

it("an engine that was stopped outlives a killed server, and is ended by the next one", async () => {
  const first = await ServerProcess.start();
  const key = await first.key(SCOPES);
  await record(first, key, events(50));
  await first.caughtUp(key);
  const engine = await engineOf(searchOf(first));
  process.kill(engine, "SIGSTOP");
  await first.stop("SIGKILL");
  expect(exists(engine)).toBe(true);
  const second = await ServerProcess.start({ dataDir: first.dataDir });
  onTestFinished(() => second.remove());
  await gone(engine);
  await second.caughtUp(key);
  expect(second.output()).toContain(`"orphan":${engine}`);
  expect(second.output()).not.toContain("search: rebuilding");
  expect(await totalOf(second, key)).toBe(50);
});

it(
  "while the engine is killed under load every event is taken, search answers rightly or says that it cannot, and nothing is lost or doubled",
  async () => {
    const server = await ServerProcess.start();
    onTestFinished(() => server.remove());
    const key = await server.key(SCOPES);
    const random = new Random(20261126);
    let sent = 0;
    let ended = false;
    let refused = 0;
    const write = async () => {
      while (!ended) {
        sent += EACH;
        await record(server, key, pastEvents(sent));
      }
    };
    const read = async () => {
      while (!ended) {
        const response = await server.fetch(`/v1/events?limit=1&${RANGE}`, {}, key);
        if (response.status === 503) {
          refused++;
          expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
          expect(await response.json()).toMatchObject({ code: "search_unavailable" });
        } else expect(response.status, await response.text()).toBe(200);
      }
    };
    const load = Promise.all([...Array.from({ length: WRITERS }, write), read()]);
    load.catch(() => {
      ended = true;
    });
    for (let kill = 0; kill < KILLS && !ended; kill++) {
      const engine = await engineOf(searchOf(server));
      // From its first moment on.
      await pause(random.integer(700));
      process.kill(engine, "SIGKILL");
      await engineOf(searchOf(server), engine);
    }
    ended = true;
    await load;
    await server.caughtUp(key);
    expect(await totalOf(server, key)).toBe(sent);
    expect(await server.stop()).toBe(0);
    // Compares every row of search with its entry.
    const verified = await cli(["verify", "--data-dir", server.dataDir]);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    process.stdout.write(
      `engine killed ${KILLS} times under load: ${sent} events, ${refused} readings refused; nothing lost or doubled\n`,
    );
  },
  90_000 + KILLS * 5_000,
);

it("its log holds what happens to the engine, and goes on as before", async () => {
  const server = await ServerProcess.start();
  onTestFinished(() => server.remove());
  const engine = await engineOf(searchOf(server));
  process.kill(engine, "SIGKILL");
  const next = await engineOf(searchOf(server), engine);
  while (!server.output().includes(`"pid":${next}`)) await pause(5);
  const lines = server
    .output()
    .split("\n")
    .filter((line) => line.includes("search: engine_"));
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "info", message: "search: engine_started", pid: engine },
    { level: "warn", message: "search: engine_ended", reason: expect.stringContaining("SIGKILL") },
    { level: "info", message: "search: engine_started", pid: next },
  ]);
});

/** How many of the events that the test has sent search finds. */
async function totalOf(server: ServerProcess, key: string): Promise<number> {
  const response = await server.fetch(`/v1/events/facets?field=action&resource_type=channel&${RANGE}`, {}, key);
  const { values } = (await response.json()) as { values: { value: string; count: number }[] };
  return values.reduce((sum, { count }) => sum + count, 0);
}

/** Some events whose ids begin at a number. Their times begin again before they reach the present. */
function pastEvents(from: number) {
  const times = events(EACH, from % 1_500).map(({ timestamp }) => timestamp ?? "");
  return events(EACH, from).map((event, index) => ({ ...event, timestamp: times[index] ?? "" }));
}
