import type { AddressDatabases } from "./addresses/index.ts";
import { Admission } from "./admission/index.ts";
import { type Alerts, openAlerts } from "./alerts/index.ts";
import type { Config } from "./config.ts";
import type { Core } from "./core.ts";
import { dataPaths, searchLocation, streamsKeyPath } from "./data-paths.ts";
import type { Log } from "./log/index.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { reportSearch, reportSetAside } from "./notices.ts";
import type { DamageListener, Reader } from "./read/index.ts";
import { openSearch, type Search } from "./search/index.ts";
import { setAsideUnlessDirectory } from "./set-aside.ts";
import { Destinations, FileMemory, measureStreams, SecretBox, SharedMemory, Streams } from "./streams/index.ts";

/** Parts of a server whose construction takes more than a line; a part of the composition root. */

/** Search, embedded or at a ClickHouse server. There, of several nodes, the one that leads fills the tables. */
export function openSearchOf({ config, log, node }: Core, logger: Logger): Promise<Search> {
  const notice = reportSearch(logger);
  const location = searchLocation(config);
  if ("clickhouseUrl" in location) {
    const term = node && (() => node.term);
    return openSearch({ location, logId: log.id, notice, ...(term && { term }) });
  }
  setAsideUnlessDirectory(location.directory, reportSetAside(logger));
  return openSearch({ location, logId: log.id, notice });
}

/** Deliveries to other systems. @param isOn whether this node delivers; undefined where there is but one. */
export function streamsOf(
  core: Core,
  { turns }: Admission,
  onDamage: DamageListener,
  logger: Logger,
  isOn: (() => boolean) | undefined,
): Streams {
  const { config, log, tree, signingKeys, identity, deliver, metrics, node } = core;
  const paths = dataPaths(config.dataDir);
  const memories = (id: string) =>
    node === undefined
      ? new FileMemory(paths.streams, id, identity.streamMemories)
      : new SharedMemory(identity.streamMemories, id, () => node.term);
  const streams = new Streams({
    identity,
    deliver,
    logger,
    ...(isOn && { isOn }),
    sources: {
      memories,
      log,
      tree,
      signingKeys,
      turns,
      onDamage,
      box: SecretBox.open(streamsKeyPath(config)),
      destinations: new Destinations(config.streamNetworks),
      filesDirectory: config.streamDirectory,
    },
  });
  measureStreams(metrics, streams);
  return streams;
}

interface AlertSurroundings {
  readonly admission: Admission;
  readonly reader: Reader;
  readonly search: Search;
  readonly onDamage: DamageListener;
  readonly logger: Logger;
  readonly isOn: (() => boolean) | undefined;
  readonly publicUrl: () => string;
  readonly addressDatabases: AddressDatabases;
}

export function alertsOf(
  { config, log, tree, identity }: Core,
  { admission, ...surroundings }: AlertSurroundings,
): Alerts {
  const paths = dataPaths(config.dataDir);
  const { smtpUrl, smtpFrom, url } = config;
  const from = smtpFrom ?? `daybook@${url === undefined ? "localhost" : new URL(url).hostname}`;
  return openAlerts({
    ...surroundings,
    log,
    tree,
    identity,
    turns: admission.turns,
    directory: paths.alerts,
    destinations: new Destinations(config.streamNetworks),
    box: SecretBox.open(streamsKeyPath(config)),
    mail: smtpUrl === undefined ? undefined : { url: smtpUrl, from },
  });
}

/** Who is let in: within the limits, and no faster than search follows. */
export function admissionTo({ limits }: Config, log: Log, search: Search, metrics: Metrics): Admission {
  return new Admission({
    look: () => ({
      end: log.end,
      position: search.position,
      following: search.isRead && search.ready && search.state.name === "following",
    }),
    limits,
    onRefused: (reason) => metrics.refused.inc({ reason }),
  });
}
