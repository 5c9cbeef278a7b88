import type { Firing, StoredAlert } from "../identity/index.ts";
import { settingsOf } from "./definition.ts";
import { dataOf } from "./firing.ts";
import { alertsLink, linkOf } from "./links.ts";
import { minute, summaryOf, visible } from "./summary.ts";
import type { Report } from "./weekly-report.ts";

/** What somebody is sent. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
}

interface MessageParts {
  readonly alert: StoredAlert;
  /** Oldest first; never empty. */
  readonly firings: readonly Firing[];
  readonly publicUrl: string;
  /** Only for an alert that is a report. */
  readonly report: Report | undefined;
}

/** Firings that one e-mail describes; of the rest it gives the number. */
const SPELLED_MAX = 50;

/** Plain text: nothing in it is interpreted. */
export function mailOf(parts: MessageParts): Mail {
  const { alert, firings, publicUrl } = parts;
  const [first] = firings;
  const only = firings.length === 1 && first !== undefined ? first : undefined;
  const what = only === undefined ? `${firings.length} times` : summaryOf(dataOf(only));
  const spelled = firings.slice(0, SPELLED_MAX).flatMap((firing) => [...linesOf(parts, firing), ""]);
  const rest = firings.length - SPELLED_MAX;
  const lines = [
    visible(alert.name),
    `Organization: ${alert.organization}`,
    "",
    ...spelled,
    ...(rest > 0 ? [`And ${rest} more, in the list of alerts.`, ""] : []),
    "Acknowledge, mute or change it:",
    alertsLink(publicUrl, alert.organization),
    "",
  ];
  return { subject: `[Daybook] ${visible(alert.name)}: ${what}`, text: lines.join("\n") };
}

function linesOf({ alert, publicUrl, report }: MessageParts, firing: Firing): string[] {
  const data = dataOf(firing);
  const link = linkOf(publicUrl, settingsOf(alert).filter, { data, at: firing.at, report });
  const summary = `${minute(new Date(firing.at).toISOString())}  ${summaryOf(data)}`;
  if (report === undefined) return [summary, link];
  return [summary, "", ...reportLines(report), "These rows, as they were when this was sent:", link];
}

function reportLines(report: Report): string[] {
  const listed = (title: string, rows: readonly { value: string; count: number }[], more: boolean) =>
    rows.length === 0
      ? []
      : [
          title,
          ...rows.map(({ value, count }) => `${count.toLocaleString("en").padStart(9)}  ${visible(value)}`),
          ...(more ? ["           and others"] : []),
          "",
        ];
  return [
    `Events: ${report.events.toLocaleString("en")}`,
    `Failed or denied: ${report.failures.toLocaleString("en")}`,
    `Sensitive actions: ${report.sensitive.toLocaleString("en")}`,
    `From an address that is new for the user: ${report.new_addresses.toLocaleString("en")}`,
    "",
    ...listed("By action", report.actions, report.more_actions),
    ...listed("By user", report.people, report.more_people),
  ];
}

/** The body of a webhook. */
export function webhookBodyOf({ alert, firings, publicUrl, report }: MessageParts): string {
  const { filter } = settingsOf(alert);
  const newest = firings.at(-1)?.at ?? 0;
  return JSON.stringify({
    type: "alert.fired",
    timestamp: new Date(newest).toISOString(),
    data: {
      organization: alert.organization,
      alert: { id: alert.id, name: alert.name },
      firings: firings.map((firing) => {
        const { condition: _, ...data } = dataOf(firing);
        return {
          id: firing.id,
          fired_at: new Date(firing.at).toISOString(),
          summary: summaryOf(dataOf(firing)),
          ...data,
          report: report ?? null,
          url: linkOf(publicUrl, filter, { data: dataOf(firing), at: firing.at, report }),
        };
      }),
    },
  });
}

/** What a test sends: it says that it is a test, and no firing. */
export function testMail({ name, organization }: StoredAlert, publicUrl: string): Mail {
  const text = [
    `This is a test of the alert ${visible(name)}. Nothing has happened.`,
    "",
    alertsLink(publicUrl, organization),
    "",
  ];
  return { subject: `[Daybook] Test of ${visible(name)}`, text: text.join("\n") };
}

export function testWebhookBody({ id, name, organization }: StoredAlert, nowMs: number): string {
  return JSON.stringify({
    type: "alert.test",
    timestamp: new Date(nowMs).toISOString(),
    data: { organization, alert: { id, name }, firings: [] },
  });
}
