import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import { Admission } from "./admission/admission.ts";
import { type Config, dataPaths } from "./config.ts";
import { DaybookError, ERRORS } from "./errors.ts";
import { entryPacking } from "./event/entry-packing.ts";
import { textOf } from "./event/event-text.ts";
import { readEvent } from "./event/validate.ts";
import { Followers } from "./followers.ts";
import { AccessRecord } from "./http/access-record.ts";
import { BrowserOrigins } from "./http/browser-origins.ts";
import { answerWith, createNodeServer } from "./http/node-server.ts";
import { recordDirectly } from "./http/record-directly.ts";
import { createServer, type Parts } from "./http/server.ts";
import type { Deliver, Identity } from "./identity/contract.ts";
import { openIdentity } from "./identity/identity.ts";
import type { PasswordCost } from "./identity/passwords.ts";
import { Ids } from "./ids/ids.ts";
import { addressesOf, listen, urlOf } from "./listen.ts";
import type { Log } from "./log/contract.ts";
import { errorCode, LogCorruption, LogIoError } from "./log/errors.ts";
import { type LogBackground, NO_BACKGROUND, type OpenLog, openLog } from "./log/log.ts";
import type { Logger } from "./logger.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { reportLogNotice, reportSearch, reportSetAside } from "./notices.ts";
import { CONSOLE_DIRECTORY, VERSION } from "./package.ts";
import { DAMAGE_TEXT } from "./read/check.ts";
import { oncePerPlace } from "./read/damage-reports.ts";
import { FormatThread } from "./read/formatter.ts";
import { OwnActs } from "./read/own-acts.ts";
import { Reader } from "./read/reader.ts";
import { Recorder } from "./record/recorder.ts";
import type { Search } from "./search/contract.ts";
import { openSearch } from "./search/search.ts";
import { openOrSetAside, setAsideUnlessDirectory } from "./set-aside.ts";
import { SigningKeys } from "./tree/signing-keys.ts";
import { Tree } from "./tree/tree.ts";
import { openVerification } from "./verify/running.ts";
import { Gatherer } from "./witness/gatherer.ts";

/**
 * The composition root: the only place that constructs. Parts are opened from the log upwards and closed in reverse, so that
 * nothing outlives what it stands on.
 */

/** The log and what stands directly on it: enough for the command line to make a change while no server runs. */
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
  readonly ownActs: OwnActs;
  readonly metrics: Metrics;
  close(): Promise<void>;
}

export interface App extends Core {
  /** The address people use. */
  readonly url: string;
  /** The address on this machine. */
  readonly localUrl: string;
  /** Lets the operator's commands in; see `run/server.json`. */
  readonly operatorToken: string;
}

/** What only a program that embeds the server can choose. No flag and no environment variable reaches it. */
interface Construction {
  /** What hashing a new password costs. Default: the product's own cost. Tests that set many passwords choose less. */
  readonly passwordCost?: PasswordCost;
  /** The console's files. Default: the built ones. In development another directory. */
  readonly consoleDirectory?: string;
}

/** How long requests that have begun may take to end once the server stops. */
const DRAIN_MS = 10_000;
/** Meanwhile, how often connections whose last request has ended are closed. */
const IDLE_CHECK_MS = 50;

/**
 * @param background of the log. Default: none, as for a command that opens the log for a moment.
 * @throws LogLocked, LogCorruption, or another error when the data directory cannot be used; nothing is then left open.
 */
export async function openCore(
  config: Config,
  logger: Logger,
  construction: Construction = {},
  background: LogBackground = NO_BACKGROUND,
): Promise<Core> {
  const paths = dataPaths(config.dataDir);
  const metrics = createMetrics();
  const opened = new Opened();
  try {
    const trees: Tree[] = [];
    const raiseAlarm = (error: Error) => trees[0]?.raiseAlarm(error.message);
    const log = await inDataDirectory(config, "log", () => openLogOf(config, logger, raiseAlarm, background));
    opened.push(() => log.close());
    const { tornTail } = log.recovery;
    if (tornTail) {
      metrics.tornTails.inc();
      logger.warn("log: a last write was cut off before it was acknowledged; its bytes were set aside", {
        ...tornTail,
      });
    }
    const { tree, signingKeys } = await inDataDirectory(config, "tree", () => openTree(config, log, logger));
    trees.push(tree);
    opened.push(() => tree.close());
    const ids = await inDataDirectory(config, "ids", () =>
      openOrSetAside(paths.ids, () => Ids.open(paths.ids, log), reportSetAside(logger)),
    );
    opened.push(() => ids.close());
    const followers = new Followers(log, logger);
    opened.push(() => followers.stop());
    const recorder = new Recorder(log, ids);
    const deliver = deliverTo(recorder);
    const ownActs = new OwnActs(log);
    followers.start(ids);
    const identity = await inDataDirectory(config, "identity", () =>
      openIdentity({
        ...(config.databaseUrl === undefined ? { path: paths.identity } : { databaseUrl: config.databaseUrl }),
        publicUrl: configuredUrl(config),
        passwordCost: construction.passwordCost,
        deliver: async (events) => {
          await deliver(events);
          for (const { tenant_id } of events) ownActs.note(tenant_id);
        },
        report: (error: unknown) => logger.error("identity noticed a failure", { error }),
      }),
    );
    opened.push(() => identity.close());
    const close = () => opened.close();
    return { config, log, ids, recorder, identity, tree, signingKeys, deliver, ownActs, metrics, close };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function openLogOf(
  config: Config,
  logger: Logger,
  onDamage: (error: Error) => void,
  background: LogBackground,
): Promise<OpenLog> {
  return openLog({
    ...background,
    directory: dataPaths(config.dataDir).log,
    packing: entryPacking,
    onNotice: (notice) => {
      reportLogNotice(notice, logger);
      if ("error" in notice && notice.error instanceof LogCorruption) onDamage(notice.error);
    },
    onFatal: (error) => {
      logger.error("the log cannot go on; nothing more is acknowledged", { error });
      process.exit(1);
    },
  });
}

/** @throws LogShorterThanSigned, or what the system or SQLite says of a file. */
function openTree(config: Config, log: Log, logger: Logger): { tree: Tree; signingKeys: SigningKeys } {
  const paths = dataPaths(config.dataDir);
  const signingKeys = SigningKeys.open(paths.keys, Date.now());
  const tree = Tree.open({
    directory: paths.tree,
    checkpointDirectory: paths.checkpoints,
    keys: signingKeys,
    log,
    onSetAside: reportSetAside(logger),
    onAlarm: (alarm) => logger.error("integrity: what is stored was changed; nothing more is signed", { ...alarm }),
    onAlarmNotKept: (error) => logger.error("integrity: the alarm could not be kept for the next start", { error }),
  });
  if (tree.integrity.state === "alarm") {
    logger.error("integrity: an earlier alarm; nothing is signed until a full verification finds nothing", {
      ...tree.integrity,
    });
  }
  if (signingKeys.made && tree.lastSignedAt > 0) {
    logger.error(
      "the signing key was gone and a new one was made: whoever knows the old one will refuse what it signs",
    );
  }
  return { tree, signingKeys };
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

/** @throws as openCore, and when the address cannot be listened on. */
export async function startApp(config: Config, logger: Logger, construction: Construction = {}): Promise<App> {
  const core = await openCore(config, logger, construction, {});
  const opened = new Opened();
  opened.push(() => core.close());
  try {
    const { log, ids, recorder, identity, tree, signingKeys, deliver, ownActs, metrics } = core;
    if (config.clickhouseUrl === undefined) {
      setAsideUnlessDirectory(dataPaths(config.dataDir).search, reportSetAside(logger));
    }
    const search = await openSearch({
      location:
        config.clickhouseUrl === undefined
          ? { directory: dataPaths(config.dataDir).search }
          : { clickhouseUrl: config.clickhouseUrl },
      logId: log.id,
      notice: reportSearch(logger),
    });
    opened.push(() => search.close());
    const followers = new Followers(log, logger);
    opened.push(() => followers.stop());
    followers.start(search);
    followers.start(tree);
    measureTree(metrics, log, tree);
    const witnesses = new Gatherer(tree, config.witnesses, logger);
    opened.push(() => witnesses.close());
    witnesses.start();
    metrics.gauge(
      "daybook_witness_behind",
      "Organizations whose newest checkpoint some witness has not cosigned.",
      () => witnesses.behind,
    );
    metrics.gauge("daybook_log_end", "Entries in the log.", () => log.end);
    metrics.gauge("daybook_log_read_only", "1 while the log takes no entries.", () =>
      log.readOnly === undefined ? 0 : 1,
    );
    metrics.gauge(
      "daybook_clock_offset_seconds",
      "How far the wall clock is ahead of the time that entries are recorded at. Alarm beyond 600 or below -600.",
      () => log.clockOffset / 1000,
    );
    // Whoever looks calls for what is gathered: the next look says how far search is behind, not how patient it is.
    metrics.gauge("daybook_search_lag", "Entries that are not searchable yet.", () => log.end - search.flush());
    metrics.gauge("daybook_ids_lag", "Entries that the index of ids has not read yet.", () => log.end - ids.position);

    const verification = openVerification({ config, log, search, tree, signingKeys, deliver, logger, metrics });
    opened.push(() => verification.close());
    verification.schedule();
    if (tree.integrity.state === "alarm") verification.start({ type: "schedule" });

    await deliverPending(identity, logger);
    const admission = admissionTo(config, log, search, metrics);
    opened.push(() => admission.close());
    const formatter = new FormatThread();
    opened.push(() => formatter.close());
    const reader = new Reader({
      formatter,
      search,
      log,
      tree,
      turns: admission.turns,
      onDamage: oncePerPlace((organization, { sequence, position }, damage) => {
        const reason = `Entry ${sequence} of ${organization} cannot be shown: ${DAMAGE_TEXT[damage]}.`;
        logger.error("read: an entry cannot be shown", { organization, sequence, position, reason });
        tree.raiseAlarm(reason, { organization, sequence });
        // It decides whether log or search is wrong, and ends the alarm where it is only search.
        verification.start({ type: "schedule" });
      }),
    });
    const access = new AccessRecord(deliver, logger);
    opened.push(() => access.settled());
    const operatorToken = randomBytes(32).toString("base64url");
    const [address, ...others] = await addressesOf(config.host);
    const first = createNodeServer({ readerTimeoutMs: config.readerTimeout * 1000 });
    const servers = [first];
    opened.push(() => stopServing(servers));
    const stopping = new AbortController();
    opened.push(() => stopping.abort());
    const port = await listen(first, address, config);
    const localUrl = urlOf(config.host, port);
    const url = config.url ?? localUrl;
    const parts: Parts = {
      admission,
      identity,
      recorder,
      log,
      search,
      reader,
      tree,
      signingKeys,
      witnesses,
      verification,
      deliver,
      ownActs,
      metrics,
      logger,
      version: VERSION,
      consoleDir: construction.consoleDirectory ?? CONSOLE_DIRECTORY,
      operatorToken,
      trustedProxies: config.trustedProxies,
      embedOrigins: config.embedOrigins,
      browserOrigins: new BrowserOrigins(config.browserOrigins),
      access,
      stopping: stopping.signal,
      publicOrigins: [...new Set([url, localUrl])],
    };
    const http = createServer(parts);
    const direct = recordDirectly(parts);
    // In the same turn as the port was opened: a request that came before would never be answered.
    answerWith(http, first, { logger, direct });
    for (const other of others) {
      const server = createNodeServer({ readerTimeoutMs: config.readerTimeout * 1000 });
      answerWith(http, server, { logger, direct });
      servers.push(server);
      await listen(server, other, { ...config, port });
    }
    return { ...core, url, localUrl, operatorToken, close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function admissionTo({ limits }: Config, log: Log, search: Search, metrics: Metrics): Admission {
  const admission = new Admission({
    look: () => ({
      end: log.end,
      position: search.position,
      following: search.isRead && search.ready && search.state.name === "following",
    }),
    limits,
    onRefused: (reason) => metrics.refused.inc({ reason }),
  });
  metrics.gauge(
    "daybook_admission_held_bytes",
    "What requests hold of the memory budget.",
    () => admission.budget.heldBytes,
  );
  metrics.gauge("daybook_admission_waiting", "Requests that wait to be let in.", () => admission.budget.waiting);
  metrics.gauge("daybook_turns_waiting", "Bodies that wait to be parsed.", () => admission.turns.waiting);
  return admission;
}

function measureTree({ gauge }: Metrics, log: Log, tree: Tree): void {
  gauge("daybook_tree_lag", "Entries that are not in their tree yet.", () => log.end - tree.position);
  gauge("daybook_integrity_alarm", "1 when what is stored is not what was acknowledged or signed.", () =>
    tree.integrity.state === "ok" ? 0 : 1,
  );
  gauge(
    "daybook_checkpoint_age_seconds",
    "Since the newest checkpoint was signed; grows while nothing is recorded.",
    () => (tree.lastSignedAt === 0 ? 0 : (Date.now() - tree.lastSignedAt) / 1000),
  );
}

/**
 * Daybook's own events, recorded as delivered by itself. They are never refused for what a caller's would be: their ids are waited
 * for, and their time is the time they had when they were committed, whatever was done to the clock since.
 */
function deliverTo(recorder: Recorder): Deliver {
  return async (events) => {
    await recorder.decided();
    const recordings = events.map((event) => {
      const text = JSON.stringify(event);
      return {
        organization: event.tenant_id,
        source: { type: "daybook" } as const,
        event: textOf(readEvent(text, JSON.parse(text), Date.parse(event.timestamp))),
      };
    });
    await recorder.recordAll(recordings);
  };
}

/** A log that takes no events at the moment (a full disk) is no reason not to serve readers: identity goes on trying. */
async function deliverPending(identity: Identity, logger: Logger): Promise<void> {
  try {
    await identity.deliverPending();
  } catch (error) {
    if (!(error instanceof DaybookError && ERRORS[error.code].retryable)) throw error;
    logger.warn("events of earlier changes wait for the log", { error });
  }
}

/** What has to be closed, last opened first. */
class Opened {
  private readonly closers: (() => void | Promise<void>)[] = [];

  push(close: () => void | Promise<void>): void {
    this.closers.push(close);
  }

  async close(): Promise<void> {
    for (let close = this.closers.pop(); close; close = this.closers.pop()) await close();
  }
}

/** The address people use, as far as it is known before a port is listened on. */
export function configuredUrl({ url, host, port }: Config): string {
  return url ?? urlOf(host, port);
}

/** Lets what has begun end, within bounds. A connection that is kept alive closes with the answer it is waiting for. */
async function stopServing(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => {
    server.prependListener("request", (_request, response) => {
      response.shouldKeepAlive = false;
    });
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const idle = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
  }, IDLE_CHECK_MS);
  const drained = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, DRAIN_MS);
  await Promise.all(closed);
  clearInterval(idle);
  clearTimeout(drained);
}
