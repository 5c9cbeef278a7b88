import { uuidv7 } from "@daybook/sdk";
import { allSettled, closeAll } from "../close-all.ts";
import { DaybookError } from "../errors.ts";
import type { Actor, Deliver, Identity, Origin, StoredStream, StreamAct } from "../identity/index.ts";
import type { Logger } from "../logger.ts";
import { OneByOne } from "../one-by-one.ts";
import type { StreamState } from "./contract.ts";
import { applyChange, type NewStream, type Start, type StreamChange, type StreamSettings } from "./definition.ts";
import { changesOf, disabledEvent } from "./events.ts";
import type { StreamSources } from "./open-delivery.ts";
import { RunningStream } from "./running-stream.ts";
import { sinkKindOf } from "./sinks/registry.ts";
import { newSigningSecret, publicKeyOf, rotate } from "./sinks/webhook-signatures.ts";
import { cursorAt, warningsOf } from "./start-cursor.ts";
import { followedBy, type StreamSecrets, secretsOf, settingsOf, storedSecrets } from "./stored-stream.ts";
import { TestLimit } from "./test-limit.ts";
import { type TestResult, testStream } from "./test-stream.ts";

export interface StreamsParts {
  readonly sources: StreamSources;
  readonly identity: Pick<Identity, "streams">;
  readonly deliver: Deliver;
  readonly logger: Logger;
  /** Of several nodes that share a log, whether this one delivers. Undefined: it is the only one. */
  readonly isOn?: () => boolean;
}

/** How often a node that shares its log checks whether it should deliver. */
const LOOK_MS = 1_000;

/** A stream as its owner sees it. */
export interface SeenStream {
  readonly stored: StoredStream;
  readonly settings: StreamSettings;
  readonly state: StreamState;
  /** Names of the secrets that are set. */
  readonly secrets: readonly string[];
  /** Keys with which receivers verify signatures, newest first. Empty if the stream does not sign. */
  readonly publicKeys: readonly string[];
}

/** A stream that begins somewhere. */
interface Begun extends SeenStream {
  /** What to know about the events that it begins with. */
  readonly warnings: readonly string[];
}

/** Who changes a stream, and from where. */
export interface By {
  readonly actor: Actor;
  readonly origin: Origin;
}

/**
 * Every stream of this server. Definitions are in identity, cursors in the data directory, and each stream delivers by itself. Changes happen one
 * after the other, so that no stream is started twice.
 */
export class Streams {
  private readonly parts: StreamsParts;
  private readonly running = new Map<string, RunningStream>();
  private readonly changes = new OneByOne();
  private readonly tests = new TestLimit();
  private closed = false;
  private delivers = false;
  private looking: NodeJS.Timeout | undefined;

  constructor(parts: StreamsParts) {
    this.parts = parts;
  }

  async start(): Promise<void> {
    await this.changes.do(() => this.look());
    if (this.parts.isOn === undefined) return;
    const again = () => {
      this.changes
        .do(() => this.look())
        .catch((error: unknown) => {
          this.parts.logger.error("streams: could not be started or stopped", { error });
        });
    };
    this.looking = setInterval(again, LOOK_MS).unref();
  }

  /** Every stream that this process knows, for the metrics. */
  *all(): Iterable<{ readonly stored: StoredStream; readonly state: StreamState }> {
    for (const one of this.running.values()) yield { stored: one.stored, state: one.state() };
  }

  async list(organization: string): Promise<SeenStream[]> {
    return (await this.parts.identity.streams.list(organization)).map((stored) => this.seen(stored));
  }

  /** @throws DaybookError not_found */
  async find(organization: string, id: string): Promise<SeenStream> {
    return this.seen(await this.stored(organization, id));
  }

  /** @returns also the secret to verify signatures with, shown this once. @throws DaybookError not_found, too_many_streams */
  create(organization: string, input: NewStream, { actor, origin }: By): Promise<Begun & { signingSecret?: string }> {
    return this.changes.do(async () => {
      const { name, enabled, start, secrets: sent, ...rest } = input;
      const { type, config, format, filter, proof, organizations } = rest;
      const settings: StreamSettings = { type, config, format, filter, proof, organizations };
      const id = uuidv7();
      const signing = sinkKindOf(type).signs ? [newSigningSecret()] : [];
      const stored = {
        id,
        organization,
        name,
        enabled,
        settings: JSON.stringify(settings),
        secrets: storedSecrets({ sent, signing }, id, this.parts.sources.box),
      };
      const one = this.runningOf({ ...stored, createdBy: actor, createdAt: 0, updatedAt: 0 });
      const follows = organizations === "all" ? undefined : organization;
      const cursor = await cursorAt(this.parts.sources, follows, start);
      const warnings = await warningsOf(type, cursor, this.parts.sources.log);
      await one.place(cursor);
      const { filter: filters, ...metadata } = settings;
      const create = this.parts.identity.streams.create(stored, { ...metadata, filter: filters }, actor, origin);
      const created = await create.catch(async (error: unknown) => {
        if (!(await this.exists(organization, id))) await one.remove();
        throw error;
      });
      await this.launch(created);
      const [signingSecret] = signing;
      return { ...this.seen(created), warnings, ...(signingSecret && { signingSecret: signingSecret.symmetric }) };
    });
  }

  /** @throws DaybookError not_found, invalid_input */
  update(organization: string, id: string, change: StreamChange, { actor, origin }: By): Promise<SeenStream> {
    return this.changes.do(async () => {
      const stored = await this.stored(organization, id);
      const before = settingsOf(stored);
      const secrets = secretsOf(stored, this.parts.sources.box);
      const hasSecrets = Object.keys(secrets.sent).length > 0;
      const { settings, secrets: sent } = applyChange(before, hasSecrets, change);
      const { name = stored.name, enabled = stored.enabled } = change;
      const changes = changesOf(
        { ...before, name: stored.name, enabled: stored.enabled },
        { ...settings, name, enabled },
      );
      const fields = {
        name,
        enabled,
        settings: JSON.stringify(settings),
        ...(sent === undefined ? {} : { secrets: this.sealed(id, { ...secrets, sent }) }),
      };
      const act = {
        action: "stream.update" as const,
        description: `Changed stream ${name}`,
        changes,
        ...(sent === undefined ? {} : { metadata: { secrets_replaced: Object.keys(sent) } }),
      };
      const updated = await this.parts.identity.streams.update(stored, fields, act, actor, origin);
      await this.restart(updated, (one) => (change.enabled === true ? one.enable() : Promise.resolve()));
      return this.seen(updated);
    });
  }

  remove(organization: string, id: string, { actor, origin }: By): Promise<void> {
    return this.changes.do(async () => {
      const stored = await this.stored(organization, id);
      await this.running.get(id)?.stop();
      await this.parts.identity.streams.remove(stored, actor, origin);
      await this.running.get(id)?.remove();
      this.running.delete(id);
    });
  }

  /** @returns the new secret, shown this once. The secrets before it sign for another day. @throws DaybookError not_found, invalid_input */
  rotateSecret(
    organization: string,
    id: string,
    { actor, origin }: By,
  ): Promise<SeenStream & { signingSecret: string }> {
    return this.changes.do(async () => {
      const stored = await this.stored(organization, id);
      const secrets = secretsOf(stored, this.parts.sources.box);
      if (!sinkKindOf(settingsOf(stored).type).signs) {
        throw new DaybookError("invalid_input", "This stream has no signing secret.");
      }
      const signing = rotate(secrets.signing, Date.now());
      const act = {
        action: "stream.rotate_secret",
        description: `Rotated the secret of stream ${stored.name}`,
      } as const;
      const fields = { secrets: this.sealed(id, { ...secrets, signing }) };
      const updated = await this.parts.identity.streams.update(stored, fields, act, actor, origin);
      await this.restart(updated);
      return { ...this.seen(updated), signingSecret: signing[0]?.symmetric ?? "" };
    });
  }

  /** Delivers again from there on. @throws DaybookError not_found, tree_unavailable */
  replay(organization: string, id: string, start: Start, by: By): Promise<Begun> {
    return this.changes.do(async () => {
      const stored = await this.stored(organization, id);
      const { delivered } = this.seen(stored).state;
      const settings = settingsOf(stored);
      const cursor = await cursorAt(this.parts.sources, followedBy(stored, settings), start, delivered);
      const warnings = await warningsOf(settings.type, cursor, this.parts.sources.log);
      const description = `Replayed stream ${stored.name}`;
      const updated = await this.record(stored, { action: "stream.replay", description, metadata: { start } }, by);
      await this.restart(updated, (one) => one.place(cursor));
      return { ...this.seen(updated), warnings };
    });
  }

  /** Sends one event at once, and returns what the receiver answered. Other calls do not wait for it. @throws DaybookError not_found, rate_limited */
  async test(organization: string, id: string, by: By): Promise<TestResult> {
    const stored = await this.stored(organization, id);
    await this.tests.take(organization);
    const from = this.parts.sources.log.end;
    await this.record(stored, { action: "stream.test", description: `Tested stream ${stored.name}` }, by);
    return testStream(stored, this.parts.sources, from);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.looking);
    await closeAll([
      () => this.changes.settled(),
      () => allSettled([...this.running.values()].map((one) => one.stop())),
    ]);
  }

  /** Starts every stream when this node begins to deliver, and stops them when another one does. */
  private async look(): Promise<void> {
    const delivers = this.parts.isOn?.() ?? true;
    if (this.closed) return;
    if (delivers === this.delivers) {
      if (delivers) await Promise.all([...this.running.values()].map((one) => one.retry()));
      return;
    }
    if (delivers) for (const stored of await this.parts.identity.streams.all()) await this.launch(stored);
    else {
      await Promise.all([...this.running.values()].map((one) => one.stop()));
      this.running.clear();
    }
    this.delivers = delivers;
  }

  private async stored(organization: string, id: string): Promise<StoredStream> {
    const stored = await this.parts.identity.streams.find(organization, id);
    if (stored === undefined) throw new DaybookError("not_found", "There is no such stream.");
    return stored;
  }

  private async exists(organization: string, id: string): Promise<boolean> {
    return (await this.parts.identity.streams.find(organization, id)) !== undefined;
  }

  private record(stored: StoredStream, act: StreamAct, { actor, origin }: By): Promise<StoredStream> {
    return this.parts.identity.streams.update(stored, {}, act, actor, origin);
  }

  private sealed(id: string, secrets: StreamSecrets): string {
    return storedSecrets(secrets, id, this.parts.sources.box);
  }

  private async launch(stored: StoredStream): Promise<void> {
    const one = this.running.get(stored.id) ?? this.runningOf(stored);
    this.running.set(stored.id, one);
    if (!this.closed) await one.start();
  }

  /** @param between runs while the stream is stopped. */
  private async restart(stored: StoredStream, between?: (one: RunningStream) => Promise<void>): Promise<void> {
    const one = this.running.get(stored.id) ?? this.runningOf(stored);
    await one.stop();
    one.stored = stored;
    await between?.(one);
    await this.launch(stored);
  }

  private runningOf(stored: StoredStream): RunningStream {
    const { sources, logger } = this.parts;
    const onGone = (stream: StoredStream, reason: string) => {
      logger.warn("stream: the receiver asked not to be called again", { stream: stream.id, reason });
      this.parts.deliver([disabledEvent(stream, reason)]).catch((error: unknown) => {
        logger.error("stream: the event of its stop could not be recorded", { stream: stream.id, error });
      });
    };
    return new RunningStream(stored, { sources, logger, onGone });
  }

  private seen(stored: StoredStream): SeenStream {
    const one = this.running.get(stored.id) ?? this.runningOf(stored);
    const settings = settingsOf(stored);
    const { sent, signing } = this.readable(stored);
    return {
      stored,
      settings,
      state: one.state(),
      secrets: Object.keys(sent),
      publicKeys: signing.map(publicKeyOf),
    };
  }

  /** The public parts of its secrets. None if they cannot be decrypted. */
  private readable(stored: StoredStream): StreamSecrets {
    try {
      return secretsOf(stored, this.parts.sources.box);
    } catch {
      return { sent: {}, signing: [] };
    }
  }
}
