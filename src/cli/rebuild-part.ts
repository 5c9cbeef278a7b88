import { existsSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../config.ts";
import { dataPaths, searchLocation, signingKeysPath } from "../data-paths.ts";
import { entryPacking } from "../event/index.ts";
import type { Follower } from "../follower.ts";
import { Ids } from "../ids/index.ts";
import { type LogReader, NO_BACKGROUND, type OpenLog, openLog } from "../log/index.ts";
import { clearSearch, openSearch } from "../search/index.ts";
import { SigningKeys, signingCommandOf, Tree } from "../tree/index.ts";

const LOOK_MS = 100;
const PROGRESS_MS = 500;

export type RebuiltPart = "search" | "ids" | "tree";

/**
 * Builds a part again from the log.
 * @returns how many entries it was built from. @throws LogLocked while a server runs, LogLockLost when one can have begun to meanwhile, LogCorruption.
 */
export async function rebuild(part: RebuiltPart, config: Config): Promise<number> {
  const failed = new AbortController();
  const log = await openLog({
    ...NO_BACKGROUND,
    directory: dataPaths(config.dataDir).log,
    packing: entryPacking,
    onFatal: (error) => failed.abort(error),
  });
  try {
    const { follower, alarmed } = await openEmpty(part, config, log);
    try {
      await catchUp(follower, log, AbortSignal.any([failed.signal, ...(alarmed ? [alarmed] : [])]));
    } finally {
      await follower.close();
    }
    return log.end;
  } finally {
    await log.close();
  }
}

interface Rebuilding {
  readonly follower: Follower & { close(): void | Promise<void> };
  /** Aborts when the follower raises an alarm, with why. */
  readonly alarmed?: AbortSignal;
}

async function openEmpty(part: RebuiltPart, config: Config, log: OpenLog): Promise<Rebuilding> {
  const paths = dataPaths(config.dataDir);
  if (part === "search") {
    const location = searchLocation(config);
    await clearSearch({ location, logId: log.id });
    return { follower: await openSearch({ location, logId: log.id }) };
  }
  rmSync(paths[part], { recursive: true, force: true });
  if (part === "ids") return { follower: Ids.open(paths.ids, log) };
  const keys = signingKeysPath(config);
  if (!existsSync(keys)) {
    throw new Error(`There are no signing keys at ${keys}. Restore them, or name their file with --signing-keys.`);
  }
  const signingKeys = SigningKeys.openFile(keys, Date.now(), signingCommandOf(config));
  signingKeys.requireCommand(Date.now());
  const alarm = new AbortController();
  const tree = Tree.open({
    directory: paths.tree,
    checkpointDirectory: paths.checkpoints,
    keys: signingKeys,
    log,
    onAlarm: ({ reason }) => alarm.abort(new Error(reason)),
  });
  return { follower: tree, alarmed: alarm.signal };
}

/** Follows the log until all that it holds was read. @throws what ends the following before. */
export async function catchUp(follower: Follower, log: LogReader, alarmed?: AbortSignal): Promise<void> {
  const done = new AbortController();
  let failed: unknown;
  let ended = false;
  const following = follower.follow(log, done.signal).then(
    () => undefined,
    (error: unknown) => {
      failed = error;
      ended = true;
    },
  );
  let shown = performance.now();
  while (follower.position < log.end && !ended && !alarmed?.aborted) {
    await pause(LOOK_MS);
    if (!process.stderr.isTTY || performance.now() - shown < PROGRESS_MS) continue;
    shown = performance.now();
    process.stderr.write(
      `\r\u001b[K${follower.position.toLocaleString("en")} of ${log.end.toLocaleString("en")} entries`,
    );
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  done.abort();
  await following;
  alarmed?.throwIfAborted();
  if (failed !== undefined) throw failed;
}
