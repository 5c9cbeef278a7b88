import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { openLog } from "../../src/log/log.ts";
import { temporaryDirectory } from "../support/server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Started {
  readonly dataDir: string;
  readonly npm: ChildProcess;
  readonly serverPid: number;
  readonly output: () => string;
}

/** `npm start` in a process group of its own, as a terminal starts it. @param wrapper a command that runs it, such as `nohup`. */
async function npmStart(...wrapper: string[]): Promise<Started> {
  const dataDir = temporaryDirectory();
  const [command = "npm", ...args] = [...wrapper, "npm", "start", "--", "--port", "0", "--data-dir", dataDir];
  const npm = spawn(command, args, { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk;
      if (/is at http/.test(printed)) resolve();
    };
    npm.stdout.on("data", read);
    npm.stderr.on("data", read);
    npm.once("exit", (code) => reject(new Error(`npm ended with ${code}:\n${printed}`)));
  });
  const { pid } = JSON.parse(readFileSync(join(dataDir, "run/server.json"), "utf8")) as { pid: number };
  onTestFinished(() => {
    for (const target of [pid, npm.pid ?? pid]) if (isRunning(target)) process.kill(target, "SIGKILL");
    rmSync(dataDir, { recursive: true });
  });
  return { dataDir, npm, serverPid: pid, output: () => printed };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Standard output closes when the last process that holds it has ended. */
async function ended({ npm, serverPid }: Started): Promise<void> {
  await once(npm, "close");
  await expect.poll(() => isRunning(serverPid)).toBe(false);
}

async function expectCleanEnd({ dataDir, output }: Started): Promise<void> {
  expect(output()).toContain("Stopped.");
  expect(existsSync(join(dataDir, "run/server.json"))).toBe(false);
  const log = await openLog({ directory: join(dataDir, "log"), onNotice: () => undefined, onFatal: () => undefined });
  await log.close();
}

it.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)(
  "npm start: %s to npm alone ends the server cleanly",
  async (name) => {
    const started = await npmStart();
    const end = ended(started);
    started.npm.kill(name);
    await end;
    await expectCleanEnd(started);
  },
);

it.each(["SIGTERM", "SIGINT"] as const)("npm start: %s to the whole group ends the server cleanly", async (name) => {
  const started = await npmStart();
  const end = ended(started);
  process.kill(-(started.npm.pid ?? 0), name);
  await end;
  await expectCleanEnd(started);
});

it("the server goes on when only the shell that started npm in the background ends", async () => {
  const started = await npmStart("sh", "-c", 'nohup setsid "$@" & echo "npm=$!"; wait', "sh");
  const npm = Number(/npm=(\d+)/.exec(started.output())?.[1]);
  onTestFinished(() => {
    if (isRunning(npm)) process.kill(npm, "SIGKILL");
  });
  const shellEnded = once(started.npm, "exit");
  started.npm.kill("SIGKILL");
  await shellEnded;
  await pause(1_500);
  expect(isRunning(started.serverPid)).toBe(true);
  const end = ended(started);
  process.kill(npm, "SIGKILL");
  await end;
  await expectCleanEnd(started);
});
