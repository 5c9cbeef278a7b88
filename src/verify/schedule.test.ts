import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Finding, Report } from "./contract.ts";
import { type KeptVerification, nextTime, type VerificationOptions, VerificationSchedule } from "./schedule.ts";

const report: Report = {
  ok: true,
  log_id: "id",
  started_at: "2026-11-22T03:00:00.000Z",
  duration_ms: 1,
  entries: 2,
  organizations: 1,
  checkpoints: 1,
  rows: 2,
  own_events: 0,
  findings: 0,
  grade: "signed",
  findings_by_part: { log: 0, tree: 0, checkpoints: 0, search: 0, ids: 0, identity: 0 },
  notes: [],
};
const finding: Finding = { part: "search", kind: "row_missing", message: "missing", organization: "acme" };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "daybook-verification-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function opened(options: Partial<VerificationOptions> = {}) {
  const heard: (KeptVerification | unknown)[] = [];
  const verification = new VerificationSchedule({
    file: join(directory, "verification.json"),
    hour: undefined,
    run: async () => report,
    onFinished: async (kept) => {
      heard.push(kept);
    },
    onFailed: (error) => heard.push(error),
    ...options,
  });
  return { verification, heard };
}

it("is due at its hour in UTC, today or tomorrow", () => {
  const at = (text: string) => Date.parse(`2026-11-${text}Z`);
  expect(nextTime(3, at("22T02:59:59"))).toBe(at("22T03:00:00"));
  expect(nextTime(3, at("22T03:00:00"))).toBe(at("23T03:00:00"));
  expect(nextTime(0, at("22T23:59:59"))).toBe(at("23T00:00:00"));
});

it("runs by the clock, and is due a day later then", async () => {
  const day = Date.parse("2026-11-22T00:00:00Z");
  let now = day + 3 * 3_600_000 - 20;
  const ran = new Promise<string>((resolve) => {
    const { verification } = opened({ hour: 3, now: () => now, onFinished: async (_, by) => resolve(by.type) });
    verification.schedule();
    expect(verification.nextAt).toBe(day + 3 * 3_600_000);
    now += 20;
  });
  expect(await ran).toBe("schedule");
});

it("is due within a day, also after a clock that was years ahead was set back", () => {
  vi.useFakeTimers();
  try {
    const now = Date.parse("2026-11-22T12:00:00Z");
    vi.setSystemTime(now + 1_000 * 86_400_000);
    const { verification } = opened({ hour: 3 });
    verification.schedule();
    vi.setSystemTime(now);
    vi.advanceTimersByTime(10 * 60_000);
    expect(verification.nextAt).toBe(Date.parse("2026-11-23T03:00:00Z"));
  } finally {
    vi.useRealTimers();
  }
});

it("runs once at a time, tells how far it is, and keeps what it found over a restart", async () => {
  let go = () => {};
  const waiting = new Promise<void>((resolve) => {
    go = resolve;
  });
  const { verification, heard } = opened({
    run: async ({ onFinding, onProgress }) => {
      onFinding(finding);
      onProgress?.({ entries: 1, of: 2, findings: 1 });
      await waiting;
      return { ...report, ok: false, findings: 1 };
    },
  });
  const person = { type: "person", id: "u", name: "Ada" } as const;
  expect(verification.start(person)).toBe(true);
  expect(verification.start(person)).toBe(false);
  expect(verification.running).toMatchObject({ entries: 1, of: 2, findings: 1 });
  go();
  await expect.poll(() => verification.running).toBeUndefined();
  expect(heard).toMatchObject([{ report: { ok: false }, findings: [finding] }]);
  expect(opened().verification.last).toEqual({ report: { ...report, ok: false, findings: 1 }, findings: [finding] });
});

it("keeps what is not of search by name, however many rows of search were found before it", async () => {
  const grave: Finding = { part: "log", kind: "entry_altered", message: "altered", organization: "acme" };
  const { verification, heard } = opened({
    run: async ({ onFinding }) => {
      for (let row = 0; row < 2_000; row++) onFinding(finding);
      onFinding(grave);
      return { ...report, ok: false, findings: 2_001 };
    },
  });
  verification.start({ type: "schedule" });
  await expect.poll(() => verification.running).toBeUndefined();
  const [{ findings }] = heard as [KeptVerification];
  expect(findings).toHaveLength(1_001);
  expect(findings.at(-1)).toEqual(grave);
});

it("says that it failed, and leaves the last result as it was", async () => {
  const before = opened();
  before.verification.start({ type: "schedule" });
  await expect.poll(() => before.verification.last).toBeDefined();
  await before.verification.close();
  const kept = readFileSync(join(directory, "verification.json"), "utf8");
  const { verification, heard } = opened({ run: () => Promise.reject(new Error("away")) });
  verification.start({ type: "schedule" });
  await expect.poll(() => verification.failed).toBeDefined();
  expect(heard).toEqual([new Error("away")]);
  expect(verification.last?.report).toEqual(report);
  expect(readFileSync(join(directory, "verification.json"), "utf8")).toBe(kept);
});

it("ends with the server, and takes a file that it cannot read for none", async () => {
  writeFileSync(join(directory, "verification.json"), "{");
  const { verification, heard } = opened({
    run: ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  expect(verification.last).toBeUndefined();
  verification.start({ type: "schedule" });
  await verification.close();
  expect(heard).toEqual([]);
  expect(verification.start({ type: "schedule" })).toBe(false);
});
