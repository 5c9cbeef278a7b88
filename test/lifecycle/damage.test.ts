import { closeSync, cpSync, openSync, readdirSync, readFileSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodeEntry } from "../../src/event/codec.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { openLog } from "../../src/log/log.ts";
import { cli, ServerProcess, type TestServer, temporaryDirectory } from "../support/server.ts";
import { events, RANGE, record } from "./events.ts";

/** Bytes of the log that are not what was written. */

const LAST_EVENT = "event-59";

/** Sixty events in two batches, as a clean stop leaves them; each test damages a copy. */
const undamaged = temporaryDirectory();
let dataDir: string;
let key: string;

beforeAll(async () => {
  const server = await ServerProcess.start({ dataDir: undamaged });
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  await record(server, key, events(40));
  await record(server, key, events(20, 40));
  await server.caughtUp();
  await server.stop();
});

afterAll(() => rmSync(undamaged, { recursive: true }));

beforeEach(() => {
  dataDir = temporaryDirectory();
  cpSync(undamaged, dataDir, { recursive: true });
});

let server: TestServer | undefined;

afterEach(async () => {
  await server?.stop("SIGKILL");
  rmSync(dataDir, { recursive: true });
});

async function start(): Promise<TestServer> {
  server = await ServerProcess.start({ dataDir });
  return server;
}

const logDirectory = () => join(dataDir, "log");
const segments = () =>
  readdirSync(logDirectory())
    .filter((name) => name.endsWith(".seg"))
    .map((name) => join(logDirectory(), name));

function onlySegment(): string {
  const [segment, ...others] = segments();
  if (segment === undefined || others.length > 0) throw new Error(`there are ${segments().length} segments`);
  return segment;
}

function flipBit(file: string, offset: number): void {
  const descriptor = openSync(file, "r+");
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, offset);
  writeSync(descriptor, Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, offset);
  closeSync(descriptor);
}

/** Where a text is in a file that holds it once. */
function offsetOf(file: string, text: string): number {
  const bytes = readFileSync(file);
  const offset = bytes.indexOf(text);
  if (offset < 0 || bytes.indexOf(text, offset + 1) >= 0) throw new Error(`${file} does not hold ${text} once`);
  return offset;
}

/** The server refuses to start, in one line that names the file and where in it, and leaves every byte as it is. */
async function expectRefusal(file: string, near: number): Promise<void> {
  const before = readFileSync(file);
  const { code, stdout, stderr } = await cli(["serve", "--port", "0", "--data-dir", dataDir]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  const refusal = /^daybook: The log is damaged: (\S+) at byte (\d+): [^\n]+\n$/.exec(stderr);
  expect(refusal?.[1], stderr).toBe(file);
  // A record begins some bytes before the text in it.
  expect(Math.abs(Number(refusal?.[2]) - near)).toBeLessThan(1_000);
  expect(readFileSync(file).equals(before)).toBe(true);
}

const SMALL_SEGMENTS = { packing: entryPacking, compression: "off", segmentBytes: 4_096 } as const;

/** Makes the newest segment a sealed one, by a log whose segments are small; Daybook's own have 64 MiB. */
async function seal(): Promise<string> {
  const sealed = onlySegment();
  const log = await openLog({ ...SMALL_SEGMENTS, directory: logDirectory() });
  const event = { action: "auth.login", actor: { type: "user" as const }, resource: { type: "session" } };
  const encode = (sequence: number, recordedAt: number) =>
    encodeEntry(event, { id: "after", organization: "acme", source: { type: "import" }, sequence, recordedAt });
  await Promise.all(log.append([{ organization: "acme", encode }]));
  await log.close();
  expect(segments()).toHaveLength(2);
  return sealed;
}

describe("a damaged log", () => {
  it("is refused when the damage lies in the segment that is written to", async () => {
    const segment = onlySegment();
    const offset = offsetOf(segment, `"id":"${LAST_EVENT}"`);
    flipBit(segment, offset);
    await expectRefusal(segment, offset);
  });

  it("is refused when a sealed segment's footer is damaged", async () => {
    const sealed = await seal();
    const last = readFileSync(sealed).length - 1;
    flipBit(sealed, last);
    await expectRefusal(sealed, last);
  });

  it("is refused when a segment is missing", async () => {
    const sealed = await seal();
    rmSync(sealed);
    const { code, stderr } = await cli(["serve", "--port", "0", "--data-dir", dataDir]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^daybook: The log is damaged: \S+ at byte \d+: .*a segment is missing[^\n]*\n$/);
  });

  it("takes no events once damage was found in a sealed segment, and answers what it can", async () => {
    const sealed = await seal();
    const offset = offsetOf(sealed, `"id":"${LAST_EVENT}"`);
    flipBit(sealed, offset);
    const server = await start();
    while ((await (await server.fetch("/readyz")).text()) !== "the log is read-only\n") await pause(20);
    const refused = await server.post(key, events(1, 100));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({ code: "log_unavailable" });

    const alarm = server
      .output()
      .split("\n")
      .find((line) => line.includes("read_only"));
    expect(JSON.parse(alarm ?? "{}")).toMatchObject({ level: "error", error: expect.stringContaining(sealed) });
    const [, at] = /at byte (\d+)/.exec(alarm ?? "") ?? [];
    expect(Math.abs(Number(at) - offset)).toBeLessThan(1_000);

    expect((await server.fetch(`/v1/events?${RANGE}`, {}, key)).status).toBe(200);
    expect((await server.fetch("/v1/events/event-3", {}, key)).status).toBe(200);
    const damaged = await server.fetch(`/v1/events/${LAST_EVENT}`, {}, key);
    expect(damaged.status).toBe(500);
    const problem = await damaged.text();
    expect(JSON.parse(problem)).toMatchObject({ code: "entry_damaged" });
    expect(problem).not.toContain(dataDir);
    expect(await server.stop()).toBe(0);
  });

  it("goes on after a last write that was cut off, and keeps its bytes", async () => {
    const segment = onlySegment();
    const whole = readFileSync(segment);
    // As a crash leaves it: the beginning of a batch, and no end.
    const cutOff = whole.subarray(128, 700);
    const descriptor = openSync(segment, "a");
    writeSync(descriptor, cutOff);
    closeSync(descriptor);
    const server = await start();
    expect(server.output()).toContain("a last write was cut off before it was acknowledged");
    const [saved] = readdirSync(join(logDirectory(), "torn"));
    expect(readFileSync(join(logDirectory(), "torn", saved ?? "")).equals(cutOff)).toBe(true);
    expect(await server.metrics()).toMatch(/^daybook_log_torn_tails_total 1$/m);
    expect((await server.fetch(`/v1/events/${LAST_EVENT}`, {}, key)).status).toBe(200);
    expect(await record(server, key, events(61))).toHaveLength(61);
  });
});
