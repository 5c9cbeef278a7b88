import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRootFileSystem, USER_ID } from "./root-file-system.ts";

/**
 * The image's root file system, run as a container runs it: read-only, as process 1 of its own process namespace, as a user without rights, on a
 * volume. What builds images and starts containers is not here; see docs/containers.md for what that leaves untried.
 */
const capable = process.platform === "linux" && process.getuid?.() === 0;

const ENVIRONMENT = {
  NODE_ENV: "production",
  DAYBOOK_HOST: "0.0.0.0",
  DAYBOOK_PORT: "0",
  DAYBOOK_DATA_DIR: "/var/lib/daybook",
};
/** Mounts in a namespace of its own, which end with it. */
const ENTER = `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && mount --bind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/tmp" && mount --bind "$2" "$1/var/lib/daybook" && \
  mount -t proc proc "$1/proc" && exec chroot --userspec=${USER_ID}:${USER_ID} "$1" /usr/local/bin/node /opt/daybook/bin/daybook.js serve`;

describe.runIf(capable)("the image's root file system", () => {
  const root = mkdtempSync(join(tmpdir(), "daybook-image-"));
  const volume = mkdtempSync(join(tmpdir(), "daybook-volume-"));
  let container: ChildProcess;
  let printed = "";
  let url = "";

  beforeAll(async () => {
    makeRootFileSystem(root);
    execFileSync("chown", [String(USER_ID), volume]);
    await start();
  });
  afterAll(async () => {
    // Process 1, with which all others of its namespace end. It has another user, so it does not end with who started it.
    if (container.exitCode === null) {
      const ended = once(container, "exit");
      process.kill(program(), "SIGKILL");
      await ended;
    }
    for (const directory of [root, volume]) rmSync(directory, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const args = ["--mount", "--pid", "--fork", "sh", "-ec", ENTER, "enter", root, volume];
    container = spawn("unshare", args, {
      env: { ...ENVIRONMENT, PATH: process.env.PATH ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    printed = "";
    const child = container;
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        printed += chunk;
        if (/is at http:\/\/\S+,/.test(printed)) resolve();
      };
      child.stdout?.on("data", read);
      child.stderr?.on("data", read);
      child.once("close", (code) => reject(new Error(`it ended with ${code}:\n${printed}`)));
    });
    url = `http://127.0.0.1:${/is at http:\/\/[^\s,]*:(\d+)/.exec(printed)?.[1]}`;
  }

  async function isReady(): Promise<void> {
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { message: printed }).toBe(200);
  }

  /** The program, which is process 1 where it runs. */
  function program(): number {
    return Number(readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, "utf8").trim());
  }

  it("serves as process 1, without rights, with nothing but its volume to write to", async () => {
    await isReady();
    const status = readFileSync(`/proc/${program()}/status`, "utf8");
    expect(/^NSpid:\s+\d+\s+(\d+)$/m.exec(status)?.[1]).toBe("1");
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(String(USER_ID));
    expect(/^CapEff:\s+(\w+)$/m.exec(status)?.[1]).toMatch(/^0+$/);
    const mounts = readFileSync(`/proc/${program()}/mounts`, "utf8");
    expect(mounts).toMatch(/^\S+ \/ \S+ ro[, ]/m);
  });

  it("takes an event, and has it after SIGTERM and a new start", async () => {
    const enter = [
      "--target",
      String(program()),
      "--mount",
      "--pid",
      "--root",
      "--setuid",
      String(USER_ID),
      "--setgid",
      String(USER_ID),
    ];
    const create = ["keys", "create", "--org", "acme", "--create", "--scopes", "events:write,events:read"];
    const inside = ["/usr/local/bin/node", "/opt/daybook/bin/daybook.js", ...create];
    const key = execFileSync("nsenter", [...enter, ...inside], { encoding: "utf8", env: ENVIRONMENT }).trim();
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const event = { id: "kept", action: "channel.create", actor: { type: "service" }, resource: { type: "channel" } };
    expect((await fetch(`${url}/v1/events`, { method: "POST", headers, body: JSON.stringify(event) })).status).toBe(
      201,
    );
    const ended = once(container, "exit");
    process.kill(program(), "SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(printed).toContain("Stopped.");
    await start();
    const kept = await fetch(`${url}/v1/events/kept`, { headers });
    expect([kept.status, ((await kept.json()) as { action: string }).action]).toEqual([200, "channel.create"]);
  });

  it("is unhealthy where nothing answers, by the image's own check", async () => {
    const check = (port: string) =>
      execFileSync("chroot", [root, "/usr/local/bin/node", "/opt/daybook/bin/ready.js"], {
        env: { PATH: process.env.PATH, DAYBOOK_PORT: port },
        stdio: "pipe",
      });
    await isReady();
    expect(check(new URL(url).port).toString()).toBe("");
    expect(() => check("1")).toThrow("not ready");
  });
});
