import type { Channel, Firing, StoredAlert } from "../identity/index.ts";
import { DeliveryError, type HttpSender, type SecretBox, type SigningSecret, signedHeaders } from "../streams/index.ts";
import { type DeliverySettings, settingsOf } from "./definition.ts";
import type { Mailer } from "./mailer.ts";
import { type Mail, mailOf, testMail, testWebhookBody, webhookBodyOf } from "./messages.ts";
import type { Report } from "./weekly-report.ts";

export interface ChannelParts {
  readonly http: HttpSender;
  /** Undefined: the operator has named no mail server. */
  readonly mailer: Mailer | undefined;
  readonly box: SecretBox;
  /** Where people reach the console. */
  readonly publicUrl: () => string;
  /** What a report says, as of now. @throws DeliveryError, DaybookError search_unavailable */
  readonly report: (alert: StoredAlert, firing: Firing, signal: AbortSignal) => Promise<Report>;
}

/** The channels by which people are notified of an alert. */
export class Channels {
  private readonly parts: ChannelParts;

  constructor(parts: ChannelParts) {
    this.parts = parts;
  }

  /** @param firings oldest first; never empty. @param id the same whenever it is sent again. @throws DeliveryError */
  async send(alert: StoredAlert, channel: Channel, firings: readonly Firing[], signal: AbortSignal): Promise<void> {
    const publicUrl = this.parts.publicUrl();
    const [first] = firings;
    const isReport = settingsOf(alert).condition.type === "report" && first !== undefined;
    const report = isReport ? await this.parts.report(alert, first, signal) : undefined;
    const id = `alert-${first?.id}-${firings.length}`;
    const parts = { alert, firings, publicUrl, report };
    if (channel === "email") return this.mail(alert, mailOf(parts), id);
    return this.call(alert, webhookBodyOf(parts), id, signal);
  }

  /** @throws DeliveryError */
  async test(alert: StoredAlert, channel: Channel, nowMs: number, signal: AbortSignal): Promise<void> {
    const id = `alert-test-${alert.id}-${nowMs}`;
    if (channel === "email") return this.mail(alert, testMail(alert, this.parts.publicUrl()), id);
    return this.call(alert, testWebhookBody(alert, nowMs), id, signal);
  }

  private async mail(alert: StoredAlert, mail: Mail, id: string): Promise<void> {
    const { mailer } = this.parts;
    if (mailer === undefined) throw new DeliveryError("unavailable", NO_MAIL_SERVER);
    await mailer.send(settingsOf(alert).deliver.email, mail, id);
  }

  private async call(alert: StoredAlert, body: string, id: string, signal: AbortSignal): Promise<void> {
    const { webhook } = settingsOf(alert).deliver;
    if (webhook === null) return;
    const headers = {
      "content-type": "application/json",
      ...signedHeaders(signingOf(alert, this.parts.box), { id, body, nowMs: Date.now() }),
    };
    await this.parts.http.deliver({ url: webhook.url, headers, body }, signal);
  }
}

export const NO_MAIL_SERVER = "The operator has named no mail server: --smtp-url.";

export function channelsOf({ email, webhook }: DeliverySettings): Channel[] {
  return [...(email.length > 0 ? (["email"] as const) : []), ...(webhook !== null ? (["webhook"] as const) : [])];
}

/** What a webhook is signed with. Empty where there is none. @throws where it was encrypted with another key. */
export function signingOf({ id, secrets }: StoredAlert, box: SecretBox): readonly SigningSecret[] {
  return secrets === "" ? [] : (JSON.parse(box.decrypt(secrets, id)) as readonly SigningSecret[]);
}
