import { join } from "node:path";
import Database from "libsql";
import { expect, it } from "vitest";
import { makeKey } from "../support/console-session.ts";
import { anEvent } from "../support/events.ts";
import type { Alert, AlertClient } from "./alert-client.ts";
import type { Running } from "./alert-suite.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const SUBJECT = { type: "ledger", id: "l1" } as const;

/** What is sent at a time of its own, not when it fires. */
export function dueSuite(running: () => Running, client: AlertClient): void {
  const record = async (...events: Record<string, unknown>[]) => {
    const { server, writer } = running();
    expect((await server.post(writer, events.map(anEvent))).status).toBe(201);
  };
  const mailsTo = (address: string) => running().mails.taken.filter(({ to }) => to.includes(address));
  const firedEvents = async (alerts: readonly Alert[]) => {
    const { server, writer } = running();
    const query = new URLSearchParams({ action: "alert.fire" });
    for (const { id } of alerts) query.append("resource_id", id);
    const response = await server.fetch(`/v1/events?${query}`, {}, writer);
    return ((await response.json()) as { data: unknown[] }).data.length;
  };
  const reports = async (alert: Alert) => (await client.firings(alert)).map(({ fired_at }) => Date.parse(fired_at));

  it("is sent in one e-mail an hour or a day, and a report with its rows once a week, also after a restart", async () => {
    const { mails } = running();
    const digests: Alert[] = [];
    for (const when of ["hourly", "daily"]) {
      const deliver = { email: [`${when}@acme.example`], when };
      digests.push(await client.create({ name: when, filter: { action: ["ledger.lock"] }, deliver }));
    }
    // The hour before this one: it is due at once where the alert is a week old.
    const due = new Date(Math.floor(Date.now() / HOUR_MS - 1) * HOUR_MS);
    const report = await client.create({
      name: "Ledgers",
      condition: { type: "report", weekday: WEEKDAYS[due.getUTCDay()], hour: due.getUTCHours() },
      filter: { resource_type: "ledger" },
      deliver: { email: ["weekly@acme.example"] },
    });
    await record(...eventsAround(due.getTime()), locked("lock-1"), locked("lock-2"));
    await expect.poll(() => firedEvents(digests)).toBe(4);
    // The last entry is of another organization: nothing that acme recorded makes the report due.
    await makeKey(running().server, running().session, "daybook", "events:write");
    await running().restart(() => makeDue(running().server.dataDir, report));
    await mails.until(() => ["hourly", "daily", "weekly"].every((name) => mailsTo(`${name}@acme.example`).length > 0));

    for (const when of ["hourly", "daily"]) {
      const [mail, ...others] = mailsTo(`${when}@acme.example`);
      expect(others).toEqual([]);
      expect(mail?.text).toMatch(new RegExp(`^Subject: \\[Daybook\\] ${when}: 2 times`, "m"));
      expect(mail?.text.match(/ledger\.lock \(success\) by u1/g)?.length).toBe(2);
    }
    const [mail, ...others] = mailsTo("weekly@acme.example");
    expect(others).toEqual([]);
    expect(await reports(report)).toEqual([due.getTime()]);
    const text = mail?.text.replaceAll("\r", "") ?? "";
    expect(text).toContain(`Subject: [Daybook] Ledgers: Week since ${minuteOf(due.getTime() - 7 * DAY_MS)} UTC\n`);
    expect(text).toContain(COUNTS);
    await showsTheSameRows(text, due.getTime());
  });

  /** The link of a report gives its rows, also after others have come. */
  async function showsTheSameRows(text: string, due: number): Promise<void> {
    const { server, writer } = running();
    const { pathname, searchParams } = new URL(/^http:\S+audit-logs\S+$/m.exec(text)?.[0] ?? "");
    expect([pathname, searchParams.get("org")]).toEqual(["/settings/organization/audit-logs", "acme"]);
    searchParams.delete("org");
    await record({ id: "late", resource: SUBJECT, timestamp: new Date(due - DAY_MS).toISOString() });
    await server.caughtUp();
    const idsOf = async () => {
      const response = await server.fetch(`/v1/events?${searchParams}`, {}, writer);
      return ((await response.json()) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
    };
    expect(await idsOf()).toEqual(["week-1", "week-2", "week-3", "week-4"]);
    searchParams.delete("as_of");
    expect(await idsOf()).toContain("late");
  }
}

const locked = (id: string) => ({ id, action: "ledger.lock", actor: { type: "user", id: "u1" } });

/** Four of the week, one before and one after it. */
function eventsAround(due: number): Record<string, unknown>[] {
  const at = (daysBefore: number, fields: Record<string, unknown>) => ({
    resource: SUBJECT,
    timestamp: new Date(due - daysBefore * DAY_MS).toISOString(),
    ...fields,
  });
  const [ada, ben] = ["ada", "ben"].map((id) => ({ type: "user", id }));
  return [
    at(8, { id: "week-before", actor: ada, action: "ledger.open" }),
    at(6, { id: "week-1", actor: ada, action: "ledger.open", context: { ip: "203.0.113.9" } }),
    at(3, { id: "week-2", actor: ada, action: "ledger.open", outcome: "denied" }),
    at(2, { id: "week-3", actor: ben, action: "ledger.close" }),
    at(1, { id: "week-4", actor: ada, action: "db.delete" }),
    at(-0.01, { id: "week-after", actor: ada, action: "ledger.open" }),
  ];
}

const COUNTS = `Events: 4
Failed or denied: 1
Sensitive actions: 1
From an address that is new for the user: 1

By action
        2  ledger.open
        1  db.delete
        1  ledger.close

By user
        3  ada
        1  ben

These rows, as they were when this was sent:
`;

/**
 * While no server runs: what waits is due, the report was created a week ago, and this node has evaluated one entry less than
 * another one, as where that one was the leader.
 */
function makeDue(dataDir: string, { id }: Alert): void {
  const alerts = new Database(join(dataDir, "alerts", "alerts.db"));
  alerts.prepare("DELETE FROM memory WHERE alert = ?").run(id);
  alerts.exec("UPDATE follower SET position = position - 1");
  const { log_id } = alerts.prepare("SELECT log_id FROM follower").get() as { log_id: string };
  alerts.close();
  const identity = new Database(join(dataDir, "identity.db"));
  identity.prepare("UPDATE alert SET revised_at = ? WHERE id = ?").run(Date.now() - 7 * DAY_MS, id);
  identity.exec("UPDATE alert_notice SET next_at = 0");
  const end = `${log_id}:${Number.MAX_SAFE_INTEGER}`;
  identity.prepare("UPDATE setting SET value = ? WHERE name = 'alerts_evaluated_through'").run(end);
  identity.close();
}

const minuteOf = (time: number) => new Date(time).toISOString().slice(0, 16).replace("T", " ");
