import { describe, expect, it } from "vitest";
import type { StoredAlert, StoredAlerts } from "../../../src/identity/alert-contract.ts";
import { type Desk, type OpenDesk, ORIGIN, openRaw } from "../fixture.ts";

const BY = { type: "api_key", id: "key-1", name: "provisioning" } as const;
const LISTED_MAX = 1_000;

export function alertSuite(openDesk: OpenDesk): void {
  describe("an alert", () => {
    it("that cannot be delivered holds back its own receiver, and nobody else", async () => {
      const { alerts, create, fire, desk } = await open(openDesk);
      const [failing, other] = [await create("a-1"), await create("a-2")];
      for (const number of [1, 2]) await fire(failing, number, ["webhook", "email"]);
      await fire(other, 3, ["webhook"]);
      const due = async (...except: Parameters<StoredAlerts["due"]>[2]) =>
        (await alerts.due(desk.nowMs, 10, except)).map(({ firing, channel }) => `${firing.id} ${channel}`).sort();
      const all = ["f-1 email", "f-1 webhook", "f-2 email", "f-2 webhook", "f-3 webhook"];
      expect(await due()).toEqual(all);
      expect(await due({ alertId: "a-1", channel: "webhook" })).toEqual(all.filter((one) => !/[12] w/.test(one)));

      const [first] = (await alerts.due(desk.nowMs, 10, [{ alertId: "a-1", channel: "email" }])).filter(
        ({ firing }) => firing.id === "f-1",
      );
      if (first === undefined) throw new Error("the first firing is due");
      await alerts.failed([first], "503", desk.nowMs + 60_000);
      expect(await due()).toEqual(["f-1 email", "f-2 email", "f-3 webhook"]);
      desk.nowMs += 60_000;
      expect(await due()).toEqual(all);
      await alerts.failed([{ ...first, attempts: 1 }], "410", undefined);
      expect(await due()).toEqual(all.filter((one) => one !== "f-1 webhook"));
    });

    it("that two people change at once keeps both changes", async () => {
      const { alerts, create } = await open(openDesk);
      const seen = await create("a-1");
      const act = { action: "alert.update", description: "Changed alert Vault" } as const;
      await alerts.update(seen, { fields: { name: "Vault", secrets: "s" }, isRevised: true, act }, BY, ORIGIN);
      const change = { fields: { enabled: false, mutedUntil: 5 }, isRevised: true, act };
      const both = await alerts.update(seen, change, BY, ORIGIN);
      expect(both).toMatchObject({ name: "Vault", secrets: "s", enabled: false, mutedUntil: 5, revision: 2 });
      const tested = await alerts.update(seen, { fields: {}, isRevised: false, act }, BY, ORIGIN);
      expect({ ...tested, updatedAt: 0 }).toEqual({ ...both, updatedAt: 0 });
      const heard = await alerts.update(seen, { ...change, fields: { mutedUntil: undefined } }, BY, ORIGIN);
      expect(heard).toMatchObject({ name: "Vault", mutedUntil: undefined });
    });

    it("that is deleted leaves what it fired for, of all that were deleted so many", async () => {
      const { alerts, create, insertFirings } = await open(openDesk);
      const [kept, gone] = [await create("a-1"), await create("a-2")];
      await insertFirings("a-1", 5);
      await insertFirings("a-0", LISTED_MAX);
      await insertFirings("a-2", 5);
      await alerts.remove(gone, BY, ORIGIN);
      const left = await alerts.firings("acme", 2 * LISTED_MAX);
      expect(left.filter(({ alertId }) => alertId === kept.id)).toHaveLength(5);
      expect(left.filter(({ alertId }) => alertId !== kept.id)).toHaveLength(LISTED_MAX);
    });
  });
}

async function open(openDesk: OpenDesk) {
  const desk = await openDesk();
  await desk.identity.putOrganization("acme", "Acme", BY, ORIGIN);
  const { alerts } = desk.identity;
  const create = (id: string) => {
    const fields = { name: id, settings: "{}", secrets: "", enabled: true, mutedUntil: undefined };
    return alerts.create({ id, organization: "acme", ...fields }, {}, BY, ORIGIN);
  };
  const fire = ({ id, name }: StoredAlert, number: number, channels: ("webhook" | "email")[]) =>
    alerts.fire({
      firing: { id: `f-${number}`, organization: "acme", alertId: id, alertName: name, at: number, data: "{}" },
      event: eventOf(desk, id, number),
      notices: channels.map((channel) => ({ channel, dueAt: desk.nowMs })),
    });
  const insertFirings = async (alert: string, count: number) => {
    const rows = Array.from({ length: count }, (_, at) => ({
      ...{ id: `${alert}-${at}`, organization: "acme", alert, alert_name: alert, at, data: "{}" },
      ...{ acknowledged_by: null, acknowledged_at: null, undelivered: null },
    }));
    await openRaw(desk.location, (db) => db.insertInto("alert_firing").values(rows).execute());
  };
  return { alerts, create, fire, insertFirings, desk };
}

function eventOf({ nowMs }: Desk, alert: string, number: number) {
  return {
    id: `alert.f-${number}`,
    timestamp: new Date(nowMs).toISOString(),
    tenant_id: "acme",
    action: "alert.fire",
    actor: { type: "system", id: "daybook" },
    resource: { type: "alert", id: alert },
  } as const;
}
