import { type JsonValue, uuidv7 } from "@daybook/sdk";
import { Slots } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import type {
  Actor,
  AlertAct,
  AlertFields,
  Channel,
  Firing,
  Identity,
  Origin,
  StoredAlert,
} from "../identity/index.ts";
import { OneByOne } from "../one-by-one.ts";
import { requireFixedFilter } from "../query/index.ts";
import {
  changesOf,
  DeliveryError,
  newSigningSecret,
  publicKeyOf,
  rotate,
  type SecretBox,
  type SigningSecret,
  TestLimit,
} from "../streams/index.ts";
import { type Channels, channelsOf, NO_MAIL_SERVER, signingOf } from "./channels.ts";
import { type AlertChange, type AlertSettings, type NewAlert, settingsOf, type Watched } from "./definition.ts";
import type { CountryOf } from "./groupings.ts";
import type { PastEventsSources } from "./past-events.ts";
import { type Preview, previewOf } from "./preview.ts";
import type { Working } from "./working.ts";

const TEST_MS_MAX = 35_000;
/** Previews at a time: each reads up to 100,000 events, and an organization can have one of them. */
const PREVIEWS = 2;

/** An alert as its owner sees it. Times are milliseconds since the Unix epoch. */
export interface SeenAlert {
  readonly stored: StoredAlert;
  readonly settings: AlertSettings;
  readonly lastFiredAt: number | undefined;
  /** Keys with which receivers of its webhook verify signatures, newest first. */
  readonly publicKeys: readonly string[];
}

/** Who changes an alert, and from where. */
export interface By {
  readonly actor: Actor;
  readonly origin: Origin;
}

/** What one channel said to a test. */
export interface ChannelTest {
  readonly channel: Channel;
  /** Why it was not delivered. */
  readonly error: string | undefined;
}

export interface AlertsParts {
  readonly identity: Pick<Identity, "alerts" | "organization">;
  readonly box: SecretBox;
  readonly channels: Channels;
  readonly past: PastEventsSources;
  readonly working: Working;
  readonly hasMailServer: boolean;
  readonly countryOf: CountryOf;
  /** The log's time. */
  readonly now: () => number;
  /** Releases connections. */
  readonly close: () => void;
}

/** The alerts of every organization: their settings, their previews, and what they fired for. */
export class Alerts {
  private readonly parts: AlertsParts;
  /** What one changes is not read before another's change is stored. */
  private readonly changes = new OneByOne();
  private readonly tests = new TestLimit();
  private readonly previews = new Slots(PREVIEWS);

  constructor(parts: AlertsParts) {
    this.parts = parts;
  }

  start(): void {
    this.parts.working.start();
  }

  async close(): Promise<void> {
    await this.parts.working.close();
    this.parts.close();
  }

  async list(organization: string): Promise<SeenAlert[]> {
    const { alerts } = this.parts.identity;
    const fired = await alerts.lastFired(organization);
    return (await alerts.list(organization)).map((stored) => this.seen(stored, fired.get(stored.id)));
  }

  /** @throws DaybookError not_found */
  async find(organization: string, id: string): Promise<SeenAlert> {
    const stored = await this.stored(organization, id);
    return this.seen(stored, (await this.parts.identity.alerts.lastFired(organization)).get(id));
  }

  /** @returns also the secret of its webhook, shown this once. @throws DaybookError not_found, invalid_input, too_many_alerts */
  async create(organization: string, input: NewAlert, { actor, origin }: By): Promise<Created> {
    const { name, enabled, ...settings } = input;
    this.requireSound(settings);
    const id = uuidv7();
    const signing = settings.deliver.webhook === null ? [] : [newSigningSecret()];
    const fields: AlertFields = {
      name,
      enabled,
      mutedUntil: undefined,
      settings: JSON.stringify(settings),
      secrets: this.sealed(id, signing),
    };
    const metadata = JSON.parse(fields.settings) as { [name: string]: JsonValue };
    const { alerts } = this.parts.identity;
    const stored = await alerts.create({ id, organization, ...fields }, metadata, actor, origin);
    this.parts.working.refresh();
    return { ...this.seen(stored, undefined), signingSecret: signing[0]?.symmetric };
  }

  /** @returns also the secret of its webhook, if this change gave it one. @throws DaybookError not_found, invalid_input */
  update(organization: string, id: string, change: AlertChange, by: By): Promise<Created> {
    return this.changes.do(() => this.change(organization, id, change, by));
  }

  private async change(organization: string, id: string, change: AlertChange, by: By): Promise<Created> {
    const stored = await this.stored(organization, id);
    const before = settingsOf(stored);
    const { name = stored.name, enabled = stored.enabled, muted_until } = change;
    const { condition = before.condition, filter = before.filter, deliver = before.deliver } = change;
    const settings: AlertSettings = { ...before, condition, filter, deliver };
    this.requireSound(settings);
    const mutedUntil = muted_until === undefined ? stored.mutedUntil : muteOf(muted_until);
    const isNew = settings.deliver.webhook !== null && stored.secrets === "";
    const signing = isNew ? [newSigningSecret()] : [];
    const fields = {
      name,
      enabled,
      mutedUntil,
      settings: JSON.stringify(settings),
      ...(isNew && { secrets: this.sealed(id, signing) }),
    };
    const onlyMutes = Object.keys(change).every((field) => field === "muted_until");
    const act: AlertAct = {
      action: onlyMutes ? "alert.mute" : "alert.update",
      description: onlyMutes
        ? `${mutedUntil === undefined ? "Unmuted" : "Muted"} alert ${name}`
        : `Changed alert ${name}`,
      changes: changesOf(shown(stored, before), shown({ name, enabled, mutedUntil }, settings)),
    };
    const isRevised =
      JSON.stringify(watchedOf(before)) !== JSON.stringify(watchedOf(settings)) || (enabled && !stored.enabled);
    const updated = await this.parts.identity.alerts.update(stored, { fields, isRevised, act }, by.actor, by.origin);
    this.parts.working.refresh();
    return { ...(await this.find(organization, updated.id)), signingSecret: signing[0]?.symmetric };
  }

  /** @returns the new secret, shown this once. The secrets before it sign for another day. @throws DaybookError not_found, invalid_input */
  rotateSecret(organization: string, id: string, by: By): Promise<Created> {
    return this.changes.do(() => this.rotate(organization, id, by));
  }

  private async rotate(organization: string, id: string, { actor, origin }: By): Promise<Created> {
    const stored = await this.stored(organization, id);
    const before = signingOf(stored, this.parts.box);
    if (before.length === 0) throw new DaybookError("invalid_input", "This alert has no webhook.");
    const signing = rotate(before, Date.now());
    const act = { action: "alert.rotate_secret", description: `Rotated the secret of alert ${stored.name}` } as const;
    const change = { fields: { secrets: this.sealed(id, signing) }, isRevised: false, act };
    await this.parts.identity.alerts.update(stored, change, actor, origin);
    this.parts.working.refresh();
    return { ...(await this.find(organization, id)), signingSecret: signing[0]?.symmetric };
  }

  async remove(organization: string, id: string, { actor, origin }: By): Promise<void> {
    await this.parts.identity.alerts.remove(await this.stored(organization, id), actor, origin);
    this.parts.working.refresh();
  }

  /** What this alert would have fired for in the last 30 days. It waits for its turn. @throws DaybookError invalid_input, tree_unavailable */
  async preview(organization: string, watched: Watched, signal: AbortSignal): Promise<Preview> {
    requireFixedFilter(watched.filter);
    const timeZone = (await this.parts.identity.organization(organization))?.timeZone ?? undefined;
    const { past, countryOf, now } = this.parts;
    const preview = () => previewOf(past, { watched, organization, timeZone, countryOf, now: now() }, signal);
    return this.previews.run({ organization, key: "" }, preview, signal);
  }

  /** Notifies everybody at once, and returns the result of each channel. @throws DaybookError not_found, rate_limited */
  async test(organization: string, id: string, { actor, origin }: By): Promise<ChannelTest[]> {
    const stored = await this.stored(organization, id);
    await this.tests.take(organization);
    const { alerts } = this.parts.identity;
    const act = { action: "alert.test", description: `Tested alert ${stored.name}` } as const;
    await alerts.update(stored, { fields: {}, isRevised: false, act }, actor, origin);
    const signal = AbortSignal.timeout(TEST_MS_MAX);
    return Promise.all(
      channelsOf(settingsOf(stored).deliver).map(async (channel) => {
        try {
          await this.parts.channels.test(stored, channel, Date.now(), signal);
          return { channel, error: undefined };
        } catch (error) {
          return {
            channel,
            error: error instanceof DeliveryError ? error.message : "Something went wrong on our side.",
          };
        }
      }),
    );
  }

  firings(organization: string, limit: number, before?: string): Promise<Firing[]> {
    return this.parts.identity.alerts.firings(organization, limit, before);
  }

  acknowledge(organization: string, id: string, { actor, origin }: By): Promise<Firing> {
    return this.parts.identity.alerts.acknowledge(organization, id, actor, origin);
  }

  private requireSound({ condition, filter, deliver, organizations }: AlertSettings): void {
    requireFixedFilter(filter);
    if (condition.type === "report" && organizations === "all") {
      throw invalid("/organizations", "must be own: a report counts the events of one organization");
    }
    if (deliver.email.length === 0 || this.parts.hasMailServer) return;
    throw invalid("/deliver/email", `cannot be delivered. ${NO_MAIL_SERVER}`);
  }

  private async stored(organization: string, id: string): Promise<StoredAlert> {
    const stored = await this.parts.identity.alerts.find(organization, id);
    if (stored === undefined) throw new DaybookError("not_found", "There is no such alert.");
    return stored;
  }

  private sealed(id: string, signing: readonly SigningSecret[]): string {
    return signing.length === 0 ? "" : this.parts.box.encrypt(JSON.stringify(signing), id);
  }

  private seen(stored: StoredAlert, lastFiredAt: number | undefined): SeenAlert {
    return { stored, settings: settingsOf(stored), lastFiredAt, publicKeys: this.publicKeys(stored) };
  }

  /** None if the secrets cannot be decrypted. */
  private publicKeys(stored: StoredAlert): readonly string[] {
    try {
      return signingOf(stored, this.parts.box).map(publicKeyOf);
    } catch {
      return [];
    }
  }
}

function invalid(pointer: string, message: string): DaybookError {
  return new DaybookError("invalid_input", "The input is not valid.", { errors: [{ pointer, message }] });
}

export type Created = SeenAlert & { readonly signingSecret: string | undefined };

function watchedOf({ condition, filter, organizations }: Watched): Watched {
  return { condition, filter, organizations };
}

/** A time that is over mutes nothing. */
function muteOf(until: string | null): number | undefined {
  return until === null ? undefined : Date.parse(until);
}

function shown(
  { name, enabled, mutedUntil }: Pick<AlertFields, "name" | "enabled" | "mutedUntil">,
  { condition, filter, deliver }: AlertSettings,
): object {
  const muted_until = mutedUntil === undefined ? null : new Date(mutedUntil).toISOString();
  return { name, enabled, muted_until, condition, filter, deliver };
}
