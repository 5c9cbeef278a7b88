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
  AccessRecord,
  answerWith,
  BrowserOrigins,
  createServer,
  forwardToLeader,
  type Parts,
  recordDirectly,
} from "./http/index.ts";
import type { Identity } from "./identity/index.ts";
import type { Logger } from "./logger.ts";
import { Opened } from "./opened.ts";
import { CONSOLE_DIRECTORY, VERSION } from "./package.ts";
import { DAMAGE_TEXT, type DamageListener, FormatThread, oncePerPlace, Reader } from "./read/index.ts";
import { openVerification } from "./verify/index.ts";
import { Gatherer } from "./witness/index.ts";

/**
 * The composition root: with `core.ts` and `construction.ts` the only place that constructs. Parts are opened from the log upwards and closed in reverse, so that
 * nothing outlives what it is built on.
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
  const core = await openCore(config, logger, construction, {});
  const opened = new Opened();
  opened.push(() => core.close());
  try {
    const { log, ids, recorder, identity, tree, signingKeys, deliver, ownActs, metrics, node } = core;
    const search = await openSearchOf(config, log, logger);
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

    const verification = openVerification({
      config,
      log,
      search,
      tree,
      signingKeys,
      ids,
      delivered: identity.delivered,
      deliver,
      logger,
      metrics,
      isOn,
    });
    opened.push(() => verification.close());
    verification.schedule();
    if (tree.integrity.state === "alarm") verification.start({ type: "schedule" });

    await deliverPending(identity, logger);

    const admission = admissionTo(config, log, search, metrics);
    opened.push(() => admission.close());
    measure(metrics, { node, log, tree, ids, search, witnesses, admission });

    const formatter = new FormatThread();
    opened.push(() => formatter.close());
    const onDamage: DamageListener = oncePerPlace((organization, { sequence, position }, damage) => {
      const reason = `Entry ${sequence} of ${organization} cannot be shown: ${DAMAGE_TEXT[damage]}.`;
      logger.error("read: an entry cannot be shown", { organization, sequence, position, reason });
      tree.raiseAlarm(reason, { organization, sequence });
      // It decides whether log or search is wrong, and ends the alarm where it is only search.
      verification.start({ type: "schedule" });
    });
    const reader = new Reader({ formatter, search, log, tree, turns: admission.turns, onDamage });

    const streams = streamsOf(core, admission, onDamage, logger, node && isOn);
    opened.push(() => streams.close());
    await streams.start();
    const addressDatabases = await AddressDatabases.open(config.addressDatabases, logger);
    let publicUrl = config.url ?? "";
    const alerts = alertsOf(core, {
      admission,
      reader,
      search,
      onDamage,
      logger,
      isOn: node && isOn,
      publicUrl: () => publicUrl,
    });
    opened.push(() => alerts.close());

    const access = new AccessRecord(deliver, logger);
    opened.push(() => access.settled());
    const operatorToken = randomBytes(32).toString("base64url");
    const front = await Front.open(config);
    opened.push(() => front.close());
    const { url: localUrl } = front;
    const url = config.url ?? localUrl;
    publicUrl = url;

    const parts: Parts = {
      admission,
      addressDatabases,
      identity,
      node,
      recorder,
      log,
      search,
      reader,
      tree,
      signingKeys,
      witnesses,
      verification,
      streams,
      alerts,
      deliver,
      ownActs,
      metrics,
      logger,
      version: VERSION,
      consoleDir: construction.consoleDirectory ?? CONSOLE_DIRECTORY,
      operatorToken,
      config,
      browserOrigins: new BrowserOrigins(config.browserOrigins),
      access,
      stopping: front.stopping,
      publicOrigins: [...new Set([url, localUrl])],
    };

    const http = createServer(parts);
    const direct = node === undefined ? [recordDirectly(parts)] : [forwardToLeader(node), recordDirectly(parts)];
    // In the same turn as the port was opened: a request that came before would never be answered.
    await front.answer((server) => answerWith(http, server, { logger, direct }));
    node?.announce(config.nodeUrl ?? localUrl);
    alerts.start();
    return { ...core, url, localUrl, operatorToken, close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
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
