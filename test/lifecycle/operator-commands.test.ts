import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeEntry } from "../../src/event/codec.ts";
import { entryPacking } from "../../src/event/entry-packing.ts";
import { openLog } from "../../src/log/log.ts";
import { AppServer } from "../support/app-server.ts";
import { OWNER, setUp } from "../support/console-session.ts";
import { cli, temporaryDirectory } from "../support/server.ts";

/** Every command that opens the data directory itself, on a log with segments that a server would compress. */

const SEALED = 12;
const dataDir = temporaryDirectory();

beforeAll(async () => {
  const server = await AppServer.start({ dataDir });
  await setUp(server, { id: "acme", name: "Acme" });
  await server.stop();
  const directory = join(dataDir, "log");
  const log = await openLog({ directory, packing: entryPacking, compression: "off", scan: false, segmentBytes: 4_096 });
  const event = { action: "auth.login", actor: { type: "user" as const }, resource: { type: "session" } };
  for (let i = 0; rawSegments().length <= SEALED; i++) {
    const encode = (sequence: number, recordedAt: number) =>
      encodeEntry(event, { id: `e${i}`, organization: "acme", source: { type: "import" }, sequence, recordedAt });
    await Promise.all(log.append([{ organization: "acme", encode }]));
  }
  await log.close();
});
afterAll(() => rmSync(dataDir, { recursive: true }));

const rawSegments = () => readdirSync(join(dataDir, "log")).filter((name) => name.endsWith(".seg"));

const DONE = { code: 0, stderr: "" };
/** Its own line, and none of the server's log. */
const REFUSED = { code: 2, stderr: expect.stringMatching(/^daybook: .+\n$/) };

it.each([
  { command: "keys create --org acme --scopes events:read", expected: DONE },
  { command: "keys list --org acme", expected: DONE },
  { command: "keys revoke no-such-key", expected: REFUSED },
  { command: "signing-key show", expected: DONE },
  { command: "signing-key rotate", expected: DONE },
  { command: `users reset-two-factor --email ${OWNER.email}`, expected: REFUSED },
  { command: `users reset-password --email ${OWNER.email}`, expected: DONE },
  { command: `users sign-in-link --email ${OWNER.email} --url https://audit.example.com`, expected: DONE },
  { command: "rebuild ids", expected: DONE },
  { command: "restore", expected: DONE },
  { command: "verify", expected: DONE },
])("$command leaves sealed segments raw, and prints nothing of the server's log", async ({ command, expected }) => {
  const before = rawSegments();
  expect(await cli([...command.split(" "), "--data-dir", dataDir])).toMatchObject(expected);
  expect(rawSegments()).toEqual(expect.arrayContaining(before));
});

it("verify and doctor look at signing keys that are somewhere else, and doctor ends with 1 where something can be better", async () => {
  const elsewhere = join(temporaryDirectory(), "signing.json");
  const own = join(dataDir, "keys", "signing.json");
  renameSync(own, elsewhere);
  try {
    const options = ["--data-dir", dataDir, "--signing-keys", elsewhere];
    expect(await cli(["verify", ...options])).toMatchObject(DONE);
    const { code, stdout } = await cli(["doctor", "--json", ...options]);
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { check: string; level: string }[] };
    expect([code, ok]).toEqual([1, false]);
    expect(findings).toContainEqual(expect.objectContaining({ check: "witness", level: "warning" }));
    expect(findings.filter(({ level }) => level === "problem")).toEqual([]);
    expect((await cli(["doctor", ...options])).stdout).toMatch(/^WARNING {2}witness .*\n {27}Start/m);
  } finally {
    renameSync(elsewhere, own);
  }
});
