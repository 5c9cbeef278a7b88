import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "@daybook/sdk";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, it } from "vitest";
import type { Receiver } from "../streams/receiver.ts";
import { anEvent } from "../support/events.ts";
import type { TestServer } from "../support/server.ts";
import { type Alert, AlertClient, type Firing } from "./alert-client.ts";
import { dueSuite } from "./due-suite.ts";
import type { MailServer } from "./mail-server.ts";

/** What alerts do, on a server that others use as well. */
export interface Running {
  readonly server: TestServer;
  readonly receiver: Receiver;
  readonly mails: MailServer;
  readonly session: Record<string, string>;
  /** A key that writes and reads. */
  readonly writer: string;
  /** Stops the server and starts it again on its directory. @param between while it is stopped. */
  restart(between?: () => void): Promise<void>;
}

const ACTION = "vault.open";

export function alertSuite(running: () => Running): void {
  const client = new AlertClient(() => ({ server: running().server, headers: running().session }));
  const create = (fields: Record<string, unknown>) =>
    client.create({ name: "Vault", filter: { action: [ACTION] }, ...fields });
  const record = async (...ids: string[]) => {
    const { server, writer } = running();
    const events = ids.map((id) => anEvent({ id, action: ACTION, actor: { type: "user", id: "u1" } }));
    expect((await server.post(writer, events)).status).toBe(201);
  };
  /** Of what was done to it and what it did, newest first. */
  const eventsOf = async ({ id }: { id: string }) => {
    const { server, writer } = running();
    await server.caughtUp();
    const response = await server.fetch(`/v1/events?action=alert.*&resource_id=${id}`, {}, writer);
    return ((await response.json()) as { data: Event[] }).data;
  };
  const fired = async (alert: { id: string }, ...ids: string[]) => {
    await expect
      .poll(async () => (await client.firings(alert)).map(({ event_id }) => event_id).sort())
      .toEqual(ids.sort());
  };

  afterEach(async () => {
    running().mails.refusal = undefined;
    for (const { id } of await client.list()) await client.remove(id);
  });

  it("is sent to a webhook, signed, and by e-mail to each address alone", async () => {
    const { receiver, mails } = running();
    const alert = await create({
      deliver: { email: ["ada@acme.example", "ops@acme.example"], webhook: { url: `${receiver.url}/alerts` } },
    });
    await record("vault-1");
    await receiver.until(() => receiver.at("/alerts").length > 0);
    await mails.until(() => mails.taken.length === 2);
    const [{ body, headers } = { body: "", headers: {} }] = receiver.at("/alerts");
    expect(() => new Webhook(alert.signing_secret ?? "").verify(body, headers as Record<string, string>)).not.toThrow();
    expect(JSON.parse(body)).toMatchObject({
      type: "alert.fired",
      data: { alert: { id: alert.id }, firings: [{ kind: "match", event: { id: "vault-1", user: "u1" } }] },
    });
    expect(mails.taken.map(({ to }) => to)).toEqual([["ada@acme.example"], ["ops@acme.example"]]);
    expect(mails.taken[0]?.text).toMatch(/^Subject: \[Daybook\] Vault: vault\.open \(success\) by u1/m);
    expect(mails.taken[0]?.text).toContain("/settings/organization/audit-logs?org=acme&action=vault.open&start=");
    await fired(alert, "vault-1");
    const events = await eventsOf(alert);
    expect(events.map(({ action }) => action)).toEqual(["alert.fire", "alert.create"]);
    expect(events[0]?.actor).toMatchObject({ type: "system", id: "daybook" });
  });

  it("is changed, and its secret rotated: each is an event, and for a day both secrets sign", async () => {
    const { receiver } = running();
    const alert = await create({});
    const webhook = { url: `${receiver.url}/rotated` };
    const condition = { type: "threshold", count: 2, minutes: 5 };
    const path = `/alerts/${alert.id}`;
    const changed = await client.ask<Alert>("PATCH", path, { name: "Vaults", condition, deliver: { webhook } });
    const rotated = await client.ask<Alert>("POST", `${path}/rotate-secret`);
    await record("vault-15", "vault-16");
    await receiver.until(() => receiver.at("/rotated").length > 0);
    const [{ body, headers } = { body: "", headers: {} }] = receiver.at("/rotated");
    for (const { signing_secret } of [changed, rotated]) {
      expect(() => new Webhook(signing_secret ?? "").verify(body, headers as Record<string, string>)).not.toThrow();
    }
    const [, rotation, change] = await eventsOf(alert);
    expect(rotation).toMatchObject({
      action: "alert.rotate_secret",
      description: "Rotated the secret of alert Vaults",
    });
    expect(change).toMatchObject({ action: "alert.update", description: "Changed alert Vaults" });
    expect(change?.changes?.map((one) => one.path).sort()).toEqual(["condition", "deliver", "name"]);
    expect(JSON.stringify([rotation, change])).not.toContain(rotated.signing_secret);
  });

  it("that several change at once keeps each change", async () => {
    const { id } = await create({});
    const filter = { action: ["vault.close"] };
    const deliver = { email: ["ada@acme.example"] };
    const muted_until = "2100-01-01T00:00:00.000Z";
    const changes = [{ name: "Vaults" }, { filter }, { deliver }, { muted_until }, { enabled: false }];
    const asked = changes.map((change) => client.ask("PATCH", `/alerts/${id}`, change));
    await Promise.all([...asked, client.ask("POST", `/alerts/${id}/test`)]);
    expect((await client.list()).find((one) => one.id === id)).toMatchObject({
      ...{ name: "Vaults", filter, deliver, muted_until, enabled: false },
    });
  });

  it("compares the countries of addresses, as the operator's database says", async () => {
    const watched = {
      condition: { type: "new_value", of: "country", per: "user", after_failures: 1 },
      filter: { action: ["auth.login"], actor_id: ["u-abroad"] },
    };
    const alert = await create(watched);
    const { server, writer } = running();
    const from = (ip: string, outcome = "success") =>
      anEvent({ action: "auth.login", actor: { type: "user", id: "u-abroad" }, context: { ip }, outcome });
    const known = [from("203.0.113.1"), from("203.0.113.2", "failure"), from("203.0.113.2")];
    const abroad = [from("198.51.100.1", "failure"), from("198.51.100.1")];
    expect((await server.post(writer, [...known, ...abroad])).status).toBe(201);
    const summaries = ["New country Netherlands of user u-abroad"];
    await expect.poll(async () => (await client.firings(alert)).map(({ summary }) => summary)).toEqual(summaries);
    const preview = await client.ask<{ firings: Firing[] }>("POST", "/alert-preview", watched);
    expect(preview.firings.map(({ summary }) => summary)).toEqual(summaries);
  });

  it("is sent again while the receiver fails, under the same id", async () => {
    const { receiver } = running();
    let asked = 0;
    receiver.answer = ({ path }) => (path === "/failing" && asked++ === 0 ? { status: 503 } : {});
    await create({ deliver: { webhook: { url: `${receiver.url}/failing` } } });
    await record("vault-2");
    await receiver.until(() => receiver.at("/failing").length === 2);
    const ids = receiver.at("/failing").map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(1);
  });

  it("says whom it could not reach, once the mail server refuses for ever", async () => {
    const { mails } = running();
    mails.refusal = { code: 550, message: "no such user" };
    const alert = await create({ deliver: { email: ["nobody@acme.example"] } });
    await record("vault-3");
    await expect
      .poll(async () => (await client.firings(alert)).map(({ undelivered }) => undelivered))
      .toEqual([expect.stringContaining("550 no such user")]);
  });

  it("fires while it is muted, and notifies nobody; paused, it does not fire", async () => {
    const { receiver } = running();
    const alert = await create({ deliver: { webhook: { url: `${receiver.url}/muted` } } });
    await client.ask("PATCH", `/alerts/${alert.id}`, { muted_until: "2099-01-01T00:00:00Z" });
    await record("vault-4");
    await fired(alert, "vault-4");
    await client.ask("PATCH", `/alerts/${alert.id}`, { enabled: false, muted_until: null });
    await record("vault-5");
    await client.ask("PATCH", `/alerts/${alert.id}`, { enabled: true });
    await record("vault-6");
    await receiver.until(() => receiver.at("/muted").length > 0);
    await fired(alert, "vault-4", "vault-6");
    expect(receiver.at("/muted").map(({ body }) => JSON.parse(body).data.firings[0].event.id)).toEqual(["vault-6"]);
  });

  it("is acknowledged once, by name", async () => {
    const alert = await create({});
    await record("vault-7");
    await fired(alert, "vault-7");
    const [firing] = await client.firings(alert);
    const path = `/firings/${firing?.id}/acknowledge`;
    const acknowledged = await client.ask<Firing>("POST", path);
    expect(acknowledged).toMatchObject({ acknowledged_by: { name: "Ada Owner" } });
    expect(await client.ask("POST", path)).toEqual(acknowledged);
    expect((await client.send("POST", "/firings/none/acknowledge")).status).toBe(404);
  });

  it("shows what it would have fired for", async () => {
    await record("vault-8", "vault-9", "vault-10");
    const condition = { type: "threshold", count: 2, minutes: 60, by: "user" };
    const preview = await client.ask<{ whole: boolean; count: number; firings: { summary: string }[] }>(
      "POST",
      "/alert-preview",
      {
        condition,
        filter: { action: [ACTION] },
      },
    );
    expect(preview).toMatchObject({ whole: true, count: 1 });
    expect(preview.firings.map(({ summary }) => summary)).toEqual(["2 matches of user u1 within 1 hour"]);
  });

  it("is offered ready to be switched on, each of which is valid", async () => {
    const { data } = await client.ask<{ data: { id: string; name: string; condition: object; filter: object }[] }>(
      "GET",
      "/ready-alerts",
    );
    expect(data.map(({ id }) => id)).toEqual([
      "failed_sign_ins",
      "new_country_after_failures",
      "key_outside_office_hours",
      "role_raised_to_owner",
      "two_factor_off",
      "mass_export",
      "mass_deletion",
      "logs_silent",
    ]);
    for (const { condition, filter } of data) await client.ask("POST", "/alert-preview", { condition, filter });
    for (const { name, condition, filter } of data) await create({ name, condition, filter });
  });

  it.each<[string, object, string]>([
    ["a condition", { condition: { type: "guess" } }, "/condition/type"],
    ["a count", { condition: { type: "threshold", count: 1, minutes: 5 } }, "/condition/count"],
    ["a grouping", { condition: { type: "threshold", count: 5, minutes: 5, by: "moon" } }, "/condition/by"],
    ["a filter", { filter: { first_seen: "true" } }, "/filter/first_seen"],
    ["an address", { deliver: { email: ["not an address"] } }, "/deliver/email/0"],
    ["a webhook", { deliver: { webhook: { url: "ftp://x" } } }, "/deliver/webhook/url"],
    ["every organization's events", { organizations: "all" }, "/organizations"],
  ])("refuses what is wrong with %s", async (_, wrong, pointer) => {
    const response = await client.send("POST", "/alerts", { name: "a", condition: { type: "match" }, ...wrong });
    const problem = (await response.json()) as { status: number; errors: { pointer: string }[] };
    expect([problem.status, problem.errors.map((error) => error.pointer)]).toEqual([422, [pointer]]);
  });

  it("refuses a report on every organization: it counts the events of one", async () => {
    const { server, session } = running();
    const report = { name: "Week", condition: { type: "report" }, organizations: "all" };
    const init = { method: "POST", headers: { ...session, "content-type": "application/json" } };
    const path = "/v1/organizations/daybook/alerts";
    const response = await server.fetch(path, { ...init, body: JSON.stringify(report) });
    expect(await response.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: "/organizations", message: expect.stringContaining("events of one organization") }],
    });
  });

  it("tests every channel, and says what each answered", async () => {
    const { receiver } = running();
    const webhook = { url: `${receiver.url}/test` };
    const { id } = await create({ deliver: { email: ["ada@acme.example"], webhook } });
    receiver.answer = () => ({ status: 500, body: "not today" });
    expect(await client.ask("POST", `/alerts/${id}/test`)).toEqual({
      results: [
        { channel: "email", error: null },
        { channel: "webhook", error: "The receiver answered 500: not today" },
      ],
    });
  });

  it("goes on after a restart: what it counted is kept, and nothing fires twice", async () => {
    const every = await create({});
    const threshold = { type: "threshold", count: 3, minutes: 1440, by: "user" };
    const third = await create({ name: "Third", condition: threshold, filter: { action: ["vault.close"] } });
    const closed = async (id: string) => {
      const { server, writer } = running();
      const event = anEvent({ id, action: "vault.close", actor: { type: "user", id: "u1" } });
      expect((await server.post(writer, event)).status).toBe(201);
    };
    await record("vault-11");
    await closed("close-1");
    await record("vault-12");
    await fired(every, "vault-11", "vault-12");
    await running().restart();
    await closed("close-2");
    await record("vault-13");
    await fired(every, "vault-11", "vault-12", "vault-13");
    expect(await client.firings(third)).toEqual([]);
    await running().restart(() => rmSync(join(running().server.dataDir, "alerts"), { recursive: true }));
    await closed("close-3");
    await fired(third, "close-3");
    await record("vault-14");
    await fired(every, "vault-11", "vault-12", "vault-13", "vault-14");
  });

  dueSuite(running, client);
}
