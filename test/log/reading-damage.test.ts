import { expect, test } from "vitest";
import { LogCorruption, LogIoError } from "../../src/log/errors.ts";
import { type LogNotice, type OpenLog, openLog } from "../../src/log/log.ts";
import { type Fate, GO, SimulatedDisk } from "./simulated-disk.ts";

const SEGMENT = "/data/log/00000000000000000000.seg";

async function openWithEntries(disk: SimulatedDisk, notices: LogNotice[], onFatal = (_: Error) => undefined) {
  const onNotice = (notice: LogNotice) => void notices.push(notice);
  const log = await openLog({ directory: "/data/log", disk: disk.attach(), ballastBytes: 512, onNotice, onFatal });
  await append(log);
  return log;
}

async function append(log: OpenLog): Promise<void> {
  const encode = () => ({ header: Buffer.from("header"), body: Buffer.from("body") });
  await Promise.all(log.append([0, 1, 2].map(() => ({ organization: "acme", encode }))));
}

test("an entry that no longer matches its checksum is an error, stops the log and raises the alarm", async () => {
  const disk = new SimulatedDisk();
  const notices: LogNotice[] = [];
  const log = await openWithEntries(disk, notices);
  const bytes = Buffer.from(disk.content(SEGMENT) ?? []);
  const offset = bytes.indexOf("body");
  bytes[offset] = "B".charCodeAt(0);
  disk.overwrite(SEGMENT, bytes);

  await expect(log.entry(0)).rejects.toThrow(LogCorruption);
  await expect(log.entry(0)).rejects.toMatchObject({ file: SEGMENT, offset: 128 });
  expect(log.readOnly).toBe("stored entries are damaged");
  await expect(append(log)).rejects.toMatchObject({ code: "log_unavailable" });
  expect(notices.filter(({ kind }) => kind === "read_only")).toHaveLength(1);
});

test("a read that the disk refuses is an error, and the log goes on", async () => {
  const disk = new SimulatedDisk();
  const log = await openWithEntries(disk, []);
  disk.decide = ({ operation }): Fate => (operation === "read" ? { kind: "fail", code: "EIO", when: "before" } : GO);
  await expect(log.entry(0)).rejects.toThrow(LogIoError);
  disk.decide = () => GO;
  expect((await log.entry(0)).position).toBe(0);
  await append(log);
});

test("after a failed fsync nothing is acknowledged, and the fsync is not repeated", async () => {
  const disk = new SimulatedDisk();
  let fatal: Error | undefined;
  const log = await openWithEntries(disk, [], (error) => {
    fatal = error;
  });
  let syncs = 0;
  disk.decide = ({ operation }): Fate => {
    if (operation !== "fdatasync") return GO;
    syncs++;
    return { kind: "fail", code: "EIO", when: "before" };
  };
  let settled = false;
  const waiting = append(log).finally(() => {
    settled = true;
  });
  await expect.poll(() => fatal).toBeInstanceOf(LogIoError);
  await expect(append(log)).rejects.toMatchObject({ code: "log_unavailable" });
  await expect(log.close()).rejects.toThrow(/^fdatasync .*\.seg failed: EIO/);
  expect([settled, syncs, log.end]).toEqual([false, 1, 3]);
  void waiting;
});
