import { uuidv7 } from "@daybook/sdk";
import { ClockAlarms } from "./clock-alarms.ts";
import type { Node } from "./commit/index.ts";
import type { Config } from "./config.ts";
import { dataPaths, signingKeysPath } from "./data-paths.ts";
import { entryPacking } from "./event/index.ts";
import { Followers } from "./followers.ts";
import { type Deliver, type Identity, openIdentity, type PasswordCost } from "./identity/index.ts";
import { Ids } from "./ids/index.ts";
import { configuredUrl } from "./listen.ts";
import {
  errorCode,
  type Log,
  type LogBackground,
  LogCorruption,
  LogIoError,
  NO_BACKGROUND,
  type OpenLog,
  openLog,
} from "./log/index.ts";
import type { Logger } from "./logger.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { reportLogNotice, reportSetAside, reportSigning } from "./notices.ts";
import { Opened } from "./opened.ts";
import { recordKeys } from "./operator.ts";
import { RecentActs } from "./read/index.ts";
import { deliverTo, Recorder } from "./record/index.ts";
import { openOrSetAside } from "./set-aside.ts";
import { deliverFrom, openNode, startNode } from "./shared-log.ts";
import { listKeys, SigningKeys, signingCommandOf, Tree } from "./tree/index.ts";

/** The log and what is directly on it: enough for the command line to make a change while no server runs. */
export interface Core {
  readonly config: Config;
  readonly log: Log;
  readonly ids: Ids;
  readonly recorder: Recorder;
  readonly identity: Identity;
  /** Follows the log only where a server runs. */
  readonly tree: Tree;
  readonly signingKeys: SigningKeys;
  readonly deliver: Deliver;
  readonly recentActs: RecentActs;
  readonly metrics: Metrics;
  /** Where the log is shared with other nodes. */
  readonly node: Node | undefined;
  close(): Promise<void>;
}

/** What only a program that embeds Daybook can choose. No flag and no environment variable reaches it. */
export interface CoreConstruction {
  /** What hashing a new password costs. Default: the product's own cost. Tests that set many passwords choose less. */
  readonly passwordCost?: PasswordCost;
  /** Whether anything is signed. Default: true. */
  readonly signs?: boolean;
}

/**
 * @param background of the log. Default: none, as for a command that opens the log for a moment.
 * @throws LogLocked, LogCorruption, or another error when the data directory cannot be used; nothing is then left open.
 */
export async function openCore(
  config: Config,
  logger: Logger,
  construction: CoreConstruction = {},
  background: LogBackground = NO_BACKGROUND,
): Promise<Core> {
  const paths = dataPaths(config.dataDir);
  const metrics = createMetrics();
  const opened = new Opened();
  try {
    let alarm: ((reason: string) => void) | undefined;
    const onDamage = ({ message }: Error) => alarm?.(message);
    const clock = new ClockAlarms((error) => logger.error("clock: the alarm could not be recorded", { error }));
    const node = await openNode(config, logger);
    opened.push(() => node?.close());
    const log = await inDataDirectory(config, "log", () =>
      openLogOf(config, logger, { onDamage, clock, background, node }),
    );
    opened.push(() => log.close());
    await node?.readAll(log);
    reportTornTail(log, metrics, logger);
    const { tree, signingKeys, isNewKey } = await inDataDirectory(config, "tree", () =>
      openTree(config, log, logger, { node, signs: construction.signs ?? true }),
    );
    alarm = (reason) => tree.raiseAlarm(reason);
    opened.push(() => tree.close());
    const ids = await inDataDirectory(config, "ids", () =>
      openOrSetAside(paths.ids, () => Ids.open(paths.ids, log), reportSetAside(logger)),
    );
    opened.push(() => ids.close());
    const followers = new Followers(log, logger);
    opened.push(() => followers.stop());
    const recorder = new Recorder(log, ids);
    const deliver = deliverFrom(node, deliverTo(recorder));
    const recentActs = new RecentActs(log);
    followers.start(ids);
    const identity = await inDataDirectory(config, "identity", () =>
      openIdentityOf(config, logger, { deliver, recentActs, passwordCost: construction.passwordCost }),
    );
    opened.push(() => identity.close());
    if (node !== undefined) {
      // A node leads only with trees that have read everything.
      followers.start(tree);
      opened.push(() => node.stop());
      await startNode(node, { tree, ids, signingKeys });
    }
    opened.push(() => clock.settled());
    clock.begin(deliver);
    if (isNewKey) await recordOutsideKey(deliver, signingKeys);
    const close = () => opened.close();
    return { config, log, ids, recorder, identity, tree, signingKeys, deliver, recentActs, metrics, node, close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function reportTornTail({ recovery: { tornTail } }: OpenLog, metrics: Metrics, logger: Logger): void {
  if (tornTail === undefined) return;
  metrics.tornTails.inc();
  logger.warn("log: a last write was cut off before it was acknowledged; its bytes were set aside", { ...tornTail });
}

/** Identity whose events are delivered to the log, and noted, so that whoever caused one reads it. */
function openIdentityOf(
  config: Config,
  logger: Logger,
  {
    deliver,
    recentActs,
    passwordCost,
  }: Pick<Core, "deliver" | "recentActs"> & { passwordCost: PasswordCost | undefined },
): Promise<Identity> {
  return openIdentity({
    ...(config.databaseUrl === undefined
      ? { path: dataPaths(config.dataDir).identity }
      : { databaseUrl: config.databaseUrl }),
    publicUrl: configuredUrl(config),
    passwordCost,
    deliver: async (events) => {
      const receipts = await deliver(events);
      for (const { tenant_id } of events) recentActs.note(tenant_id);
      return receipts.map(({ sequence, leaf_hash }) => ({ sequence, leaf_hash }));
    },
    report: (error: unknown) => logger.error("identity noticed a failure", { error }),
  });
}

function openLogOf(
  config: Config,
  logger: Logger,
  {
    onDamage,
    clock,
    background,
    node,
  }: {
    onDamage: (error: Error) => void;
    clock: ClockAlarms;
    background: LogBackground;
    node: Node | undefined;
  },
): Promise<OpenLog> {
  return openLog({
    ...background,
    ...(node && { shared: node }),
    directory: dataPaths(config.dataDir).log,
    packing: entryPacking,
    onNotice: (notice) => {
      reportLogNotice(notice, logger);
      if (notice.kind === "clock") clock.note(notice);
      if ("error" in notice && notice.error instanceof LogCorruption) onDamage(notice.error);
    },
    onFatal: (error) => {
      logger.error("the log cannot go on; nothing more is acknowledged", { error });
      process.exit(1);
    },
  });
}

async function recordOutsideKey(deliver: Deliver, signingKeys: SigningKeys): Promise<void> {
  await recordKeys(deliver, {
    description: "Began to sign checkpoints with a key outside of Daybook",
    keys: listKeys(signingKeys),
    requestId: uuidv7(),
    now: Date.now(),
  });
}

/** The signing keys, the command's among them. @throws SigningFailed when a command that is new here does not work. */
async function openKeys(
  config: Config,
  log: Log,
  signs: boolean,
): Promise<{ signingKeys: SigningKeys; isNewKey: boolean }> {
  const path = signingKeysPath(config);
  const command = signingCommandOf(config);
  const now = Date.now();
  // Later it can be away: events are recorded all the same, and signed when it is back.
  if (command !== undefined && !SigningKeys.knows(path, command)) await command.probe();
  const signingKeys = SigningKeys.openToSign(log, path, now, command);
  if (signs) signingKeys.requireCommand(now);
  return { signingKeys, isNewKey: signingKeys.adoptCommand(now) };
}

/** @throws LogShorterThanSigned, SigningFailed, or what the system or SQLite says of a file. */
async function openTree(
  config: Config,
  log: Log,
  logger: Logger,
  { node, signs }: { node: Node | undefined; signs: boolean },
): Promise<{ tree: Tree; signingKeys: SigningKeys; isNewKey: boolean }> {
  const paths = dataPaths(config.dataDir);
  const { signingKeys, isNewKey } = await openKeys(config, log, signs);
  const tree = Tree.open({
    directory: paths.tree,
    checkpointDirectory: paths.checkpoints,
    keys: signingKeys,
    log,
    shared: node,
    onSetAside: reportSetAside(logger),
    onAlarm: (alarm) => logger.error("integrity: what is stored was changed; nothing more is signed", { ...alarm }),
    onSigning: reportSigning(logger),
    onAlarmNotKept: (error) => logger.error("integrity: the alarm could not be kept for the next start", { error }),
  });
  if (tree.integrity.state === "alarm") {
    logger.error("integrity: an earlier alarm; nothing is signed until a full verification finds nothing", {
      ...tree.integrity,
    });
  }
  if (signingKeys.made && tree.lastSignedAt > 0) {
    logger.error(
      "the signing key was missing, and a new one was created: people who verify with the old one will refuse its signatures",
    );
  }
  return { tree, signingKeys, isNewKey };
}

/** What the system or SQLite says of a file, with what it means. */
async function inDataDirectory<T>(config: Config, part: string, open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof LogIoError) && errorCode(error)?.startsWith("SQLITE_") !== true) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The data directory ${config.dataDir} cannot be used: ${part}: ${reason}.`, { cause: error });
  }
}
