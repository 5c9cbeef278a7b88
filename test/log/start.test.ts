import { execFileSync, spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Append } from "../../src/log/contract.ts";
import { LogIoError, LogLocked } from "../../src/log/errors.ts";
import { type LogNotice, openLog } from "../../src/log/log.ts";
import { nodeForEveryUser } from "../support/node-binary.ts";
import { readAll } from "./oracle.ts";

const OPENER = fileURLToPath(new URL("open-once.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "daybook-start-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe("one writer", () => {
  test("refuses a second one in the same process, until the first has closed", async () => {
    const first = await openLog({ directory });
    await expect(openLog({ directory })).rejects.toThrow(LogLocked);
    await first.close();
    await (await openLog({ directory })).close();
  });

  test("refuses a second process with a message that says what to do", async () => {
    const first = await openLog({ directory });
    expect(openElsewhere()).toBe(
      `LogLocked: Another Daybook process is using ${directory}. Only one can write a log at a time; stop the other one first.\n`,
    );
    await first.close();
    expect(openElsewhere()).toBe("open\n");
  });
});

test("ends with one clear error when the directory is a file", async () => {
  await writeFile(join(directory, "log"), "");
  await expect(openLog({ directory: join(directory, "log") })).rejects.toThrow(/^readdir .*\/log failed: ENOTDIR/);
});

test.skipIf(!isRoot)("ends with one clear error when another user owns the directory", async () => {
  await chmod(directory, 0o755);
  expect(openElsewhere(65534)).toMatch(/^LogIoError: lock .*\/lock failed: [^\n]*\n$/);
});

describe.skipIf(!canMount())("on a disk that is full", () => {
  beforeEach(() => {
    shell(`mount -t tmpfs -o size=8m tmpfs ${directory}`);
  });

  afterEach(() => {
    shell(`umount ${directory}`);
  });

  test("turns read-only, still reads, takes the system's own entries, and recovers by itself", async () => {
    const notices: LogNotice[] = [];
    let writable: () => void = () => undefined;
    const recovered = new Promise<void>((resolve) => {
      writable = resolve;
    });
    const onNotice = (notice: LogNotice) => {
      notices.push(notice);
      if (notice.kind === "writable") writable();
    };
    const log = await openLog({ directory: join(directory, "log"), onNotice, probeIntervalMs: 10 });
    await writeFile(join(directory, "hog"), Buffer.alloc(2 * 1024 * 1024));

    let acknowledged = 0;
    await expect(
      (async () => {
        for (;;) acknowledged += (await Promise.all(log.append([entryOf(100_000), entryOf(100_000)]))).length;
      })(),
    ).rejects.toMatchObject({ code: "log_unavailable" });
    expect(log.readOnly).toBe("the disk is full");
    expect(await readAll(log)).toHaveLength(acknowledged);
    expect(notices).toMatchObject([{ kind: "scanned" }, { kind: "read_only", reason: "the disk is full" }]);

    await Promise.all(log.append([{ ...entryOf(100_000), reserved: true }]));
    await expect(Promise.all(log.append([entryOf(1)]))).rejects.toMatchObject({ code: "log_unavailable" });
    await rm(join(directory, "hog"));
    await recovered;
    await Promise.all(log.append([entryOf(100_000)]));
    expect(log.readOnly).toBeUndefined();
    await log.close();

    const again = await openLog({ directory: join(directory, "log") });
    expect(again.end).toBe(acknowledged + 2);
    await again.close();
  });

  test("refuses to begin a log, and leaves nothing half made", async () => {
    await mkdir(join(directory, "log"));
    shell(`head -c 16M /dev/zero 2> /dev/null > ${directory}/more || true`);
    await expect(openLog({ directory: join(directory, "log") })).rejects.toThrow(LogIoError);
    expect((await readdir(join(directory, "log"))).filter((name) => name.includes(".seg"))).toEqual([]);
  });
});

function entryOf(bytes: number): Append {
  return { organization: "acme", encode: () => ({ header: Buffer.from("{}"), body: Buffer.alloc(bytes, "b") }) };
}

function shell(command: string): void {
  execFileSync("sh", ["-c", command], { stdio: ["ignore", "ignore", "pipe"] });
}

/** Opens and closes the log in a process of its own; returns what that one printed. */
function openElsewhere(uid?: number): string {
  const { stdout } = spawnSync(
    uid === undefined ? process.execPath : nodeForEveryUser(),
    ["--import", "tsx", OPENER, directory],
    {
      encoding: "utf8",
      ...(uid === undefined ? {} : { uid, gid: uid, env: { ...process.env, HOME: tmpdir(), TMPDIR: tmpdir() } }),
    },
  );
  return stdout;
}

function canMount(): boolean {
  const { status, stderr } = spawnSync("sh", [
    "-c",
    "d=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs $d && umount $d && rmdir $d",
  ]);
  if (status !== 0) process.stdout.write(`full-disk tests are skipped: no tmpfs can be mounted here (${stderr})\n`);
  return status === 0;
}
