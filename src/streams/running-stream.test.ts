import { PassThrough } from "node:stream";
import { expect, it, onTestFinished } from "vitest";
import type { StoredStream } from "../identity/index.ts";
import { createLogger } from "../logger.ts";
import { Destinations } from "./destinations.ts";
import type { StreamSources } from "./open-delivery.ts";
import { RunningStream } from "./running-stream.ts";
import { SecretBox } from "./secret-box.ts";

const LOG = { id: "log", end: 0, earlier: [], size: () => 0, async *follow() {} };

/** A stream as it is stored, and its memory, which can be away. */
function running(settings: object) {
  const away = { reads: 0 };
  const memory = {
    lagMs: 0,
    async read() {
      if (away.reads-- > 0) throw new Error("the database is away");
      return undefined;
    },
    write: async () => undefined,
    forget: async () => undefined,
    place: () => "",
  };
  const stored: StoredStream = {
    id: "s",
    organization: "acme",
    name: "SIEM",
    settings: JSON.stringify({
      type: "http",
      config: { url: "https://siem.example.com" },
      format: "daybook",
      filter: {},
      proof: "none",
      organizations: "own",
      ...settings,
    }),
    secrets: "",
    enabled: true,
    createdBy: { type: "user", id: "u" },
    createdAt: 0,
    updatedAt: 0,
  };
  const sources = {
    log: LOG,
    tree: { size: () => 0 },
    memories: () => memory,
    box: new SecretBox(Buffer.alloc(32)),
    destinations: new Destinations([]),
    turns: { next: () => undefined },
    onDamage: () => undefined,
  } as unknown as StreamSources;
  const logged = new PassThrough();
  const one = new RunningStream(stored, { sources, logger: createLogger(logged), onGone: () => undefined });
  onTestFinished(() => one.stop());
  return {
    one,
    away,
    logged: () =>
      String(logged.read() ?? "")
        .split("\n")
        .filter(Boolean).length,
  };
}

it("names a filter that no longer exists, and delivers nothing meanwhile", async () => {
  const { one } = running({ filter: { action: ["auth.*"], planet: ["mars"] } });
  await one.start();
  expect(one.state()).toMatchObject({
    health: "failing",
    lastError: "The filter is no longer valid: planet cannot be used here. Change the stream's filter.",
  });
});

it("is tried again where it could not be opened, and reports each reason once", async () => {
  const { one, away, logged } = running({});
  away.reads = 3;
  await one.start();
  for (let tries = 0; tries < 2; tries++) {
    await one.retry();
    expect(one.state().health).toBe("failing");
  }
  expect(logged()).toBe(1);
  await one.retry();
  expect(one.state()).toMatchObject({ health: "ok", lastError: undefined });
});
