import type { Channel, Notice, Receiver, StoredAlert, StoredAlerts } from "../identity/index.ts";
import type { Logger } from "../logger.ts";
import { DeliveryError, retryWaitMs } from "../streams/index.ts";
import type { Channels } from "./channels.ts";
import { settingsOf } from "./definition.ts";

/** How often to look for what is due. */
const LOOK_MS = 1_000;
const DUE_MAX = 500;
/** After this time it stops trying to notify somebody, and the firing says so. */
const GIVEN_UP_MS = 3 * 24 * 3_600_000;

interface NotifierParts {
  readonly stored: Pick<StoredAlerts, "due" | "settle" | "failed" | "all">;
  readonly channels: Pick<Channels, "send">;
  readonly logger: Logger;
  readonly now?: () => number;
}

interface Group {
  readonly alert: StoredAlert;
  readonly channel: Channel;
  readonly notices: readonly Notice[];
}

/**
 * Notifies people of firings. What waits is stored in identity, so a restart loses nothing. What was sent just before a crash is sent again under
 * the same id. A receiver that hangs keeps nobody else waiting.
 */
export class Notifier {
  private readonly parts: NotifierParts;
  private readonly now: () => number;
  private readonly sending = new Map<string, { readonly to: Receiver; readonly sent: Promise<void> }>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(parts: NotifierParts) {
    this.parts = parts;
    this.now = parts.now ?? Date.now;
  }

  start(): void {
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
    this.look();
  }

  /** Something is due now: does not wait for the next look. */
  look(): void {
    if (this.stopping.signal.aborted) return;
    this.looking ??= this.sendDue()
      .catch((error: unknown) => this.parts.logger.error("alerts: what is due could not be read", { error }))
      .finally(() => {
        this.looking = undefined;
      });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.looking;
    await Promise.all([...this.sending.values()].map(({ sent }) => sent));
  }

  private async sendDue(): Promise<void> {
    // Not for people who are being notified now: these would take the places of others.
    const due = await this.parts.stored.due(
      this.now(),
      DUE_MAX,
      [...this.sending.values()].map(({ to }) => to),
    );
    if (due.length === 0) return;
    for (const group of groupsOf(due, await this.parts.stored.all())) {
      const to = { alertId: group.alert.id, channel: group.channel };
      const key = `${to.alertId} ${to.channel}`;
      if (this.sending.has(key)) continue;
      const sent = this.send(group)
        .catch((error: unknown) => this.parts.logger.error("alerts: a notice could not be kept", { error }))
        .finally(() => this.sending.delete(key));
      this.sending.set(key, { to, sent });
    }
  }

  private async send({ alert, channel, notices }: Group): Promise<void> {
    const { channels, stored, logger } = this.parts;
    const { signal } = this.stopping;
    const { deliver, condition } = settingsOf(alert);
    // For `at_once`, each firing by itself, so that a repeated message is the same as before.
    const each =
      deliver.when === "at_once" || condition.type === "report" ? notices.map((notice) => [notice]) : [notices];
    for (const part of each) {
      try {
        await channels.send(
          alert,
          channel,
          part.map(({ firing }) => firing),
          signal,
        );
        await stored.settle(part);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn("alerts: somebody could not be notified", { alert: alert.id, channel, error });
        await this.failed(part, error);
        return;
      }
    }
  }

  private async failed(notices: readonly Notice[], error: unknown): Promise<void> {
    const [first] = notices;
    if (first === undefined) return;
    const failure = error instanceof DeliveryError ? error : undefined;
    const message = failure?.message ?? "Something went wrong on our side.";
    const nextAt = this.now() + retryWaitMs(first.attempts + 1, failure?.retryAfterMs ?? 0);
    const isFinal = failure?.failure === "gone" || failure?.failure === "refused" || nextAt > first.dueAt + GIVEN_UP_MS;
    await this.parts.stored.failed(notices, message, isFinal ? undefined : nextAt);
  }
}

function groupsOf(due: readonly Notice[], alerts: readonly StoredAlert[]): Group[] {
  return alerts.flatMap((alert) =>
    (["email", "webhook"] as const).flatMap((channel) => {
      const notices = due.filter((notice) => notice.channel === channel && notice.firing.alertId === alert.id);
      return notices.length === 0 ? [] : [{ alert, channel, notices }];
    }),
  );
}
