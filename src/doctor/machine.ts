import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../config.ts";
import { dataPaths } from "../data-paths.ts";
import { type Finding, ok, type Patient, problem, warning } from "./contract.ts";

const GIB = 1024 ** 3;
/** With less than this the disk is full soon, and with a tenth of it at any moment. */
const FREE_BYTES = 5 * GIB;
const FREE_SHARE = 0.05;
/** Of the files that a file system can hold. */
const FREE_FILES_SHARE = 0.01;
/** More than this and the times of two machines are confusing side by side. */
export const CLOCK_MS_MAX = 60_000;

/** As whom the server runs: the one that is announced, else whoever asks. */
export function checkAccount({ server }: Patient): Finding {
  const check = "account";
  const process = server === undefined ? undefined : statSync(`/proc/${server.pid}`, { throwIfNoEntry: false });
  const uid = process?.uid ?? globalThis.process.getuid?.();
  if (uid === undefined) return ok(check, "This system has no user ids.");
  const who = process === undefined ? "This command" : "The server";
  if (uid !== 0) return ok(check, `${who} runs as user ${uid}.`);
  return warning(
    check,
    `${who} runs as root.`,
    "Run Daybook under an account of its own, which owns the data directory.",
  );
}

export function checkDisk({ dataDir }: Config): Finding {
  const check = "disk";
  const { bavail, blocks, bsize, ffree, files } = statfsSync(firstThere(dataDir));
  const free = bavail * bsize;
  const size = blocks * bsize;
  const text = `${(free / GIB).toFixed(1)} GiB of ${(size / GIB).toFixed(1)} GiB are free for ${dataDir}`;
  const advice = "Free space, or move the data directory to a larger disk. The log becomes read-only when it is full.";
  if (files > 0 && ffree / files < FREE_FILES_SHARE) {
    return problem(check, `The disk of ${dataDir} can hold almost no more files, however small.`, advice);
  }
  if (free < FREE_BYTES / 10) return problem(check, `Only ${text}.`, advice);
  if (free < FREE_BYTES || free / size < FREE_SHARE) return warning(check, `Only ${text}.`, advice);
  return ok(check, `${text}.`);
}

/** Whether the log was written at a time that is still to come. Other clocks are compared where they answer. */
export function checkClock({ config, now }: Patient): Finding {
  const check = "clock";
  const { log } = dataPaths(config.dataDir);
  const written = existsSync(log) ? readdirSync(log).map((name) => writtenAt(join(log, name))) : [];
  const ahead = Math.max(0, ...written) - now;
  if (ahead <= CLOCK_MS_MAX) return ok(check, `The clock shows ${new Date(now).toISOString()}.`);
  const message = `The clock shows ${new Date(now).toISOString()}, and the log was written ${Math.round(ahead / 60_000)} minutes later.`;
  return problem(check, message, "Correct the clock, and keep it right with NTP. See docs/operating.md, Clock.");
}

function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function firstThere(path: string): string {
  return existsSync(path) ? path : firstThere(dirname(path));
}
