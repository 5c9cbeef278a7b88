import type { AddressDatabases } from "../addresses/index.ts";
import type { FairTurns } from "../admission/index.ts";
import type { Firing, Identity, StoredAlert } from "../identity/index.ts";
import type { Log } from "../log/index.ts";
import type { Logger } from "../logger.ts";
import type { DamageListener, Reader } from "../read/index.ts";
import type { Search } from "../search/index.ts";
import { type Destinations, HttpSender, type SecretBox } from "../streams/index.ts";
import type { TreeReader } from "../tree/index.ts";
import { Alerts } from "./alerts.ts";
import { Channels, channelsOf } from "./channels.ts";
import type { Fired } from "./contract.ts";
import { settingsOf } from "./definition.ts";
import { Entries } from "./entries.ts";
import { Evaluation } from "./evaluation.ts";
import { dataOf, firingOf } from "./firing.ts";
import { Mailer } from "./mailer.ts";
import { Notifier } from "./notifier.ts";
import { notifyAt } from "./notify-at.ts";
import { AlertState } from "./state.ts";
import { Watcher } from "./watcher.ts";
import { reportOn } from "./weekly-report.ts";
import { type Workers, Working } from "./working.ts";

/** The parts that alerts need. */
export interface AlertSources {
  readonly log: Log;
  readonly tree: TreeReader;
  readonly search: Search;
  readonly reader: Reader;
  readonly identity: Pick<Identity, "alerts" | "organization">;
  readonly turns: FairTurns;
  readonly onDamage: DamageListener;
  readonly logger: Logger;
  /** Where they store their memory: `alerts/` in the data directory. */
  readonly directory: string;
  readonly destinations: Destinations;
  readonly box: SecretBox;
  /** Undefined: there is no mail server. */
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  /** Where people reach the console. */
  readonly publicUrl: () => string;
  readonly addressDatabases: Pick<AddressDatabases, "countryOf">;
  /** Of several nodes that share a log, whether this one evaluates. Undefined: it is the only one. */
  readonly isOn: (() => boolean) | undefined;
}

/** Opens alerts without starting them. Closing them closes their connections. */
export function openAlerts(sources: AlertSources): Alerts {
  const { log, tree, turns, identity, box, destinations, mail, logger, isOn, publicUrl } = sources;
  const entries = new Entries(sources);
  const http = new HttpSender(destinations);
  const mailer = mail && new Mailer(mail);
  const report = (alert: StoredAlert, firing: Firing, signal: AbortSignal) => reportFor(sources, alert, firing, signal);
  const channels = new Channels({ http, mailer, box, publicUrl, report });
  const working: Working = new Working({
    open: () => openWorkers(sources, { entries, channels }, notify),
    isOn,
    logger,
  });
  const notify = () => working.notify();
  const close = () => {
    http.close();
    mailer?.close();
  };
  return new Alerts({
    identity,
    box,
    channels,
    past: { log, tree, entries, turns },
    working,
    hasMailServer: mail !== undefined,
    countryOf: (ip) => sources.addressDatabases.countryOf(ip),
    now: () => Date.now() - log.clockOffset,
    close,
  });
}

function openWorkers(
  sources: AlertSources,
  { entries, channels }: { readonly entries: Entries; readonly channels: Channels },
  notify: () => void,
): Workers {
  const { log, tree, turns, identity, logger, directory } = sources;
  const stored = identity.alerts;
  const state = new AlertState(directory, log);
  const evaluationOf = async (alert: StoredAlert) =>
    new Evaluation({
      watched: settingsOf(alert),
      organization: alert.organization,
      timeZone: await timeZoneOf(sources, alert),
      since: alert.revisedAt - log.clockOffset,
      memory: (part) => state.memoryOf(alert.id, part),
      countryOf: (ip) => sources.addressDatabases.countryOf(ip),
    });
  const fire = async (alert: StoredAlert, fired: Fired) => {
    await keep(sources, alert, fired);
    notify();
  };
  const watcher = new Watcher({ log, tree, turns, entries, state, stored, evaluationOf, fire, logger });
  const notifier = new Notifier({ stored, channels, logger });
  return { watcher, notifier, close: () => state.close() };
}

/** A firing, its event, and who is notified. */
async function keep(sources: AlertSources, alert: StoredAlert, fired: Fired): Promise<void> {
  const settings = settingsOf(alert);
  const now = Date.now();
  const isMuted = alert.mutedUntil !== undefined && alert.mutedUntil > now;
  const due = notifyAt(settings, await timeZoneOf(sources, alert), now);
  const notices = isMuted ? [] : channelsOf(settings.deliver).map((channel) => ({ channel, dueAt: due }));
  await sources.identity.alerts.fire({ ...firingOf(alert, fired), notices });
}

async function reportFor(sources: AlertSources, alert: StoredAlert, firing: Firing, signal: AbortSignal) {
  const { filter } = settingsOf(alert);
  const organization = await sources.identity.organization(alert.organization);
  const sensitiveActions = organization?.sensitiveActions ?? [];
  const range = { from: Date.parse(dataOf(firing).since), to: firing.at };
  return reportOn(sources, { organization: alert.organization, filter, ...range, sensitiveActions }, signal);
}

async function timeZoneOf({ identity }: AlertSources, { organization }: StoredAlert): Promise<string | undefined> {
  return (await identity.organization(organization))?.timeZone ?? undefined;
}
