import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { beginJson } from "../support/raw-http.ts";
import { type CliResult, cli, ServerProcess } from "../support/server.ts";
import { events } from "./events.ts";

/** The same commands, on the data directory itself while no server runs, and through the server while one does. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const KEY = /^dbk_\S{40,}\n$/;
const READ_WRITE = ["--scopes", "events:write,events:read"];

interface Listed {
  id: string;
  prefix: string;
  name: string;
  scopes: string[];
}

let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start();
});

afterAll(() => server.remove());

const keys = (...args: string[]) => cli(["keys", ...args, "--data-dir", server.dataDir]);

async function list(...args: string[]): Promise<Listed[]> {
  const { code, stdout } = await keys("list", ...args);
  expect(code).toBe(0);
  return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Listed]));
}

function expectRefusal({ code, stdout, stderr }: CliResult, line: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^daybook: [^\n]+\n$/);
  expect(stderr).toMatch(line);
}

describe.each([{ running: true }, { running: false }])("keys, with a server running: $running", ({ running }) => {
  const organization = running ? "acme" : "globex";

  beforeAll(async () => {
    if (!running) await server.stop();
  });

  it("creates an organization and a key, and prints the key alone", async () => {
    const made = await keys("create", "--org", organization, "--create", ...READ_WRITE);
    expect(made).toEqual({ code: 0, stdout: expect.stringMatching(KEY), stderr: "" });
    // --create does nothing to an organization that is there.
    const again = await keys("create", "--org", organization, "--create", ...READ_WRITE);
    expect(again).toEqual({ code: 0, stdout: expect.stringMatching(KEY), stderr: "" });
    expect(again.stdout).not.toBe(made.stdout);
  });

  it("creates a key of the platform", async () => {
    const name = `of the platform, ${running}`;
    const made = await keys("create", "--platform", "--name", name, "--scopes", "events:write,organizations:write");
    expect(made).toEqual({ code: 0, stdout: expect.stringMatching(KEY), stderr: "" });
    expect(await list()).toContainEqual(
      expect.objectContaining({ name, scopes: ["events:write", "organizations:write"] }),
    );
  });

  it("lists keys without giving them away", async () => {
    const { stdout: key } = await keys("create", "--org", organization, "--create", "--name", "listed", ...READ_WRITE);
    const { stdout } = await keys("list", "--org", organization);
    expect(stdout).not.toContain(key.trim());
    const listed = (await list("--org", organization)).find(({ name }) => name === "listed");
    expect(key.startsWith(listed?.prefix ?? "?")).toBe(true);
  });

  it.each<[string, string[], RegExp]>([
    ["an organization that there is not", ["--org", "nobody", ...READ_WRITE], /no organization "nobody".*--create/],
    ["what no organization can be called", ["--org", "a b", "--create", ...READ_WRITE], /id must be 1 to 128/],
    ["an expiry in the past", ["--platform", "--expires", "2020-01-01T00:00:00Z", ...READ_WRITE], /in the future/],
  ])("refuses %s with one line, exit code 2 and nothing on standard output", async (_, args, line) => {
    expectRefusal(await keys("create", ...args), line);
  });

  it("refuses to revoke what there is not", async () => {
    expectRefusal(await keys("revoke", "nothing"), /no such key/);
  });
});

describe("a wrong call", () => {
  it.each<[string, string[], RegExp]>([
    [
      "an unknown scope",
      ["--org", "acme", "--scopes", "events:write,everything"],
      /"everything" is not one of events:write/,
    ],
    ["no scope", ["--org", "acme"], /--scopes/],
    ["neither an organization nor the platform", READ_WRITE, /--org <id> or --platform/],
    [
      "both an organization and the platform",
      ["--org", "acme", "--platform", ...READ_WRITE],
      /--org <id> or --platform/,
    ],
    ["a time of expiry that is not valid", ["--platform", "--expires", "tomorrow", ...READ_WRITE], /RFC 3339 time/],
  ])("with %s is refused with one line, exit code 2 and nothing on standard output", async (_, args, line) => {
    expectRefusal(await keys("create", ...args), line);
  });
});

describe("a running server", () => {
  beforeAll(async () => {
    if (server.child.exitCode !== null) server = await ServerProcess.start({ dataDir: server.dataDir });
  });

  it("takes keys that were made while it did not run", async () => {
    await server.stop();
    const { stdout } = await keys("create", "--org", "initech", "--create", ...READ_WRITE);
    server = await ServerProcess.start({ dataDir: server.dataDir });
    expect((await server.post(stdout.trim(), events(1))).status).toBe(201);
  });

  it("refuses a key from the moment it is revoked", async () => {
    const { stdout } = await keys("create", "--org", "hooli", "--create", ...READ_WRITE);
    const key = stdout.trim();
    const post = async () => (await server.post(key, events(1))).status;
    expect(await post()).toBe(201);
    const [{ id } = { id: "" }] = await list("--org", "hooli");
    expect(await keys("revoke", id)).toMatchObject({ code: 0, stderr: "" });
    expect(await post()).toBe(401);
    expect(await list("--org", "hooli")).toEqual([]);
    // Again is no mistake.
    expect(await keys("revoke", id)).toMatchObject({ code: 0, stderr: "" });
  });

  it("refuses a request whose key is revoked while its body is on the way", async () => {
    const { stdout } = await keys("create", "--org", "hooli", "--create", ...READ_WRITE);
    const key = stdout.trim();
    const headers = { authorization: `Bearer ${key}` };
    const begin = () => beginJson(new URL("/v1/events", server.url), { method: "POST", headers, body: events(1) });
    const [kept, late] = [await begin(), await begin()];
    expect(await kept()).toMatchObject({ status: 201 });
    const [{ id } = { id: "" }] = await list("--org", "hooli");
    await keys("revoke", id);
    expect(await late()).toMatchObject({ status: 401 });
  });

  it("is reached by `npm run -s daybook`, which prints the key alone", async () => {
    const args = ["run", "-s", "daybook", "--", "keys", "create", "--data-dir", server.dataDir];
    const npm = spawn("npm", [...args, "--org", "pied-piper", "--create", ...READ_WRITE], { cwd: ROOT });
    const printed = { stdout: "", stderr: "" };
    npm.stdout.on("data", (chunk) => {
      printed.stdout += chunk;
    });
    npm.stderr.on("data", (chunk) => {
      printed.stderr += chunk;
    });
    const [code] = await once(npm, "close");
    expect({ code, stdout: printed.stdout }, printed.stderr).toEqual({ code: 0, stdout: expect.stringMatching(KEY) });
    expect((await server.post(printed.stdout.trim(), events(1))).status).toBe(201);
  });
});
