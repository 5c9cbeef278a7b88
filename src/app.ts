import { randomBytes } from "node:crypto";
import { AddressDatabases } from "./addresses/index.ts";
import type { Config } from "./config.ts";
import { admissionTo, alertsOf, openSearchOf, streamsOf } from "./construction.ts";
import { type Core, type CoreConstruction, openCore } from "./core.ts";
import { DaybookError, ERRORS } from "./errors.ts";
import { Followers } from "./followers.ts";
import { Front } from "./front.ts";
import { measure } from "./gauges.ts";
import {
  answerWith,
  BrowserOrigins,
  clientAddress,
  createServer,
  forwardToLeader,
  type Parts,
  recordDirectly,
} from "./http/index.ts";
import type { Identity } from "./identity/index.ts";
import type { Logger } from "./logger.ts";
import { Opened } from "./opened.ts";
import { CONSOLE_DIRECTORY, VERSION } from "./package-info.ts";
import { type DamageListener, damageText, FormatThreads, oncePerPlace, Reader, ReadingEvents } from "./read/index.ts";
import { openVerification } from "./verify/index.ts";
import { Gatherer } from "./witness/index.ts";

/**
 * The composition root: with `core.ts` and `construction.ts` the only place that constructs. Parts are opened from the log upwards and
 * closed in reverse, so that nothing outlives what it is built on.
 */

export interface App extends Core {
  /** The address people use. */
  readonly url: string;
  /** The address on this machine. */
  readonly localUrl: string;
  /** Lets the operator's commands in; see `run/server.json`. */
  readonly operatorToken: string;
}

/** What only a program that embeds the server can choose. */
interface Construction extends CoreConstruction {
  /** The console's files. Default: the built ones. In development another directory. */
  readonly consoleDirectory?: string;
}

/** @throws as openCore, and when the address cannot be listened on. */
export async function startApp(config: Config, logger: Logger, construction: Construction = {}): Promise<App> {
  const opened = new Opened();
  let url = config.url ?? "";
  try {
    const core = await openCore(config, logger, construction, {});
    opened.push(() => core.close());
    const following = await followLog(core, logger, opened);
    await deliverPending(core.identity, logger);
    const readSide = openReadSide(core, following, logger, opened);
    const outward = await openOutward(core, { ...following, ...readSide, logger, publicUrl: () => url }, opened);
    const readingEvents = new ReadingEvents(core.deliver, logger);
    opened.push(() => readingEvents.settled());
    const front = await Front.open(config);
    opened.push(() => front.close());
    url = config.url ?? front.url;
    const operatorToken = randomBytes(32).toString("base64url");
    // No waiting from here until requests are answered: one that comes before never would be.
    await answer(front, {
      ...core,
      ...following,
      ...readSide,
      ...outward,
      readingEvents,
      logger,
      operatorToken,
      version: VERSION,
      consoleDir: construction.consoleDirectory ?? CONSOLE_DIRECTORY,
      browserOrigins: new BrowserOrigins(config.browserOrigins),
      stopping: front.stopping,
      publicOrigins: [...new Set([url, front.url])],
    });
    core.node?.announce(config.nodeUrl ?? front.url);
    outward.alerts.start();
    return { ...core, url, localUrl: front.url, operatorToken, close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

interface Following extends Pick<Parts, "search" | "verification"> {
  readonly witnesses: Gatherer;
  readonly isOn: () => boolean;
}

interface ReadSide extends Pick<Parts, "admission" | "reader"> {
  readonly onDamage: DamageListener;
}

/** Everything that follows the log from here on, and compares it. */
async function followLog(core: Core, logger: Logger, opened: Opened): Promise<Following> {
  const { config, log, ids, identity, tree, signingKeys, deliver, metrics, node } = core;
  const search = await openSearchOf(core, logger);
  opened.push(() => search.close());
  const followers = new Followers(log, logger);
  opened.push(() => followers.stop());
  followers.start(search);
  if (node === undefined) followers.start(tree);
  // Of several nodes one does what need not be done twice.
  const isOn = () => node?.leads ?? true;
  const witnesses = new Gatherer(tree, config.witnesses, logger, isOn);
  opened.push(() => witnesses.close());
  witnesses.start();
  const { delivered } = identity;
  const compared = { log, search, tree, signingKeys, ids, delivered };
  const verification = openVerification({ ...compared, config, deliver, logger, metrics, isOn });
  opened.push(() => verification.close());
  verification.schedule();
  if (tree.integrity.state === "alarm") verification.start({ type: "schedule" });
  return { search, witnesses, verification, isOn };
}

/** What lets readers in, and reads for them. */
function openReadSide(
  core: Core,
  { search, witnesses, verification }: Following,
  logger: Logger,
  opened: Opened,
): ReadSide {
  const { config, log, ids, tree, metrics, node } = core;
  const admission = admissionTo(config, log, search, metrics);
  opened.push(() => admission.close());
  measure(metrics, { node, log, tree, ids, search, witnesses, admission });
  const formatter = new FormatThreads();
  opened.push(() => formatter.close());
  const onDamage: DamageListener = oncePerPlace((organization, { sequence, position }, damage) => {
    const reason = `Entry ${sequence} of ${organization} cannot be shown: ${damageText(damage)}.`;
    logger.error("read: an entry cannot be shown", { organization, sequence, position, reason });
    tree.raiseAlarm(reason, { organization, sequence });
    // It decides whether log or search is wrong, and ends the alarm where it is only search.
    verification.start({ type: "schedule" });
  });
  const reader = new Reader({ formatter, search, log, tree, turns: admission.turns, onDamage });
  return { admission, reader, onDamage };
}

interface Surroundings extends Following, ReadSide {
  readonly logger: Logger;
  readonly publicUrl: () => string;
}

/** What delivers to other systems, and what the operator's files say of addresses. */
async function openOutward(core: Core, around: Surroundings, opened: Opened) {
  const isOn = core.node && around.isOn;
  const streams = streamsOf(core, around.admission, around.onDamage, around.logger, isOn);
  opened.push(() => streams.close());
  await streams.start();
  const addressDatabases = await AddressDatabases.open(core.config.addressDatabases, around.logger);
  const alerts = alertsOf(core, { ...around, addressDatabases, isOn });
  opened.push(() => alerts.close());
  return { streams, addressDatabases, alerts };
}

async function answer(front: Front, parts: Parts): Promise<void> {
  const { node, logger } = parts;
  const http = createServer(parts);
  const record = recordDirectly(parts);
  const direct =
    node === undefined ? [record] : [forwardToLeader(node, clientAddress(parts.config.trustedProxies)), record];
  await front.answer((server) => answerWith(http, server, { logger, direct }));
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
