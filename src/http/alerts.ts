import { z } from "@hono/zod-openapi";
import { alertChange, dataOf, newAlert, readyAlerts, type SeenAlert, summaryOf, watched } from "../alerts/index.ts";
import { type Firing, noSuchOrganization } from "../identity/index.ts";
import {
  alertSchema,
  alertTestSchema,
  createdAlertSchema,
  firingSchema,
  previewSchema,
  readyAlertSchema,
} from "./alert-schemas.ts";
import { managing } from "./allow.ts";
import { json, nothing } from "./answers.ts";
import { changedBy } from "./origin.ts";
import type { Parts } from "./parts.ts";
import { requireReach } from "./reach.ts";
import type { Api } from "./route.ts";

type AlertParts = Pick<Parts, "alerts" | "identity" | "addressDatabases">;

const of = { tag: "Alerts", allow: managing("alert.manage", "alerts:manage") } as const;
const all = { ...of, path: "/v1/organizations/{id}/alerts" } as const;
const one = { ...of, path: "/v1/organizations/{id}/alerts/{alert_id}" } as const;

const FIRINGS_DEFAULT = 50;
const FIRINGS_MAX = 200;

const firingsQuery = z.strictObject({
  limit: z.coerce
    .number()
    .int("must be a whole number")
    .min(1, `must be from 1 to ${FIRINGS_MAX}`)
    .max(FIRINGS_MAX, `must be from 1 to ${FIRINGS_MAX}`)
    .optional()
    .meta({ description: `Default: ${FIRINGS_DEFAULT}.` }),
  before: z.string().max(64, "must be at most 64 characters").optional().meta({
    description: "The id of a firing: only older ones.",
  }),
});

/** `/v1/organizations/{id}/alerts`: by an organization's owners and admins, and by keys with the scope. */
export function alertRoutes(api: Api, parts: AlertParts): void {
  firingRoutes(api, parts);
  choosingRoutes(api, parts);
  readingRoutes(api, parts);
  changingRoutes(api, parts);
  actingRoutes(api, parts);
}

function firingRoutes(api: Api, { alerts }: AlertParts): void {
  api.route(
    {
      ...of,
      path: "/v1/organizations/{id}/firings",
      method: "get",
      summary: "When alerts fired, newest first",
      query: firingsQuery,
      answers: { 200: json("Firings", z.object({ data: z.array(firingSchema) })) },
      problems: [404],
    },
    async ({ by, query: { limit = FIRINGS_DEFAULT, before } }) => [
      200,
      { data: (await alerts.firings(by.organization, limit, before)).map(describeFiring) },
    ],
  );
  api.route(
    {
      ...of,
      path: "/v1/organizations/{id}/firings/{firing_id}/acknowledge",
      method: "post",
      summary: "Record that somebody is handling it",
      answers: { 200: json("The firing", firingSchema) },
      problems: [404],
    },
    async (call) => {
      const { organization } = call.by;
      return [200, describeFiring(await alerts.acknowledge(organization, call.params.firing_id, changedBy(call)))];
    },
  );
}

function choosingRoutes(api: Api, { alerts, identity, addressDatabases }: AlertParts): void {
  api.route(
    {
      ...of,
      path: "/v1/organizations/{id}/ready-alerts",
      method: "get",
      summary: "Alerts that you only need to switch on",
      description: "Create one with its `condition` and `filter`.",
      answers: { 200: json("Ready alerts", z.object({ data: z.array(readyAlertSchema) })) },
      problems: [404],
    },
    async ({ by }) => {
      const organization = await identity.organization(by.organization);
      if (organization === undefined) throw noSuchOrganization();
      const ready = readyAlerts(organization, addressDatabases.states.length > 0);
      const data = ready.map((one) => ({ ...one, condition: { ...one.condition } }));
      return [200, { data }];
    },
  );
  api.route(
    {
      ...of,
      path: "/v1/organizations/{id}/alert-preview",
      method: "post",
      summary: "When an alert would have fired in the last 30 days",
      share: "queries",
      body: watched,
      answers: { 200: json("Firings that it would have had", previewSchema) },
      problems: [404, 429, 503],
    },
    async ({ c, by, input }) => {
      requireReach(by, input.organizations, "alerts");
      const { from, isWhole, count, fired } = await alerts.preview(by.organization, input, c.req.raw.signal);
      const firings = fired.map(({ at, data }) => ({
        fired_at: timeText(at),
        summary: summaryOf(data),
        event_id: data.event?.id ?? null,
      }));
      return [200, { from: timeText(from), whole: isWhole, count, firings }];
    },
  );
}

function readingRoutes(api: Api, { alerts }: AlertParts): void {
  api.route(
    {
      ...all,
      method: "get",
      summary: "Alerts and reports, by name",
      answers: { 200: json("Alerts", z.object({ data: z.array(alertSchema) })) },
      problems: [404],
    },
    async ({ by }) => [200, { data: (await alerts.list(by.organization)).map(describeAlert) }],
  );
  api.route(
    {
      ...one,
      method: "get",
      summary: "One alert",
      answers: { 200: json("The alert", alertSchema) },
      problems: [404],
    },
    async ({ by, params }) => [200, describeAlert(await alerts.find(by.organization, params.alert_id))],
  );
}

function changingRoutes(api: Api, { alerts }: AlertParts): void {
  api.route(
    {
      ...all,
      method: "post",
      summary: "Create an alert or a report",
      description:
        "It fires for events that are recorded from now on. This answer shows the secret of its webhook; it is never shown again.",
      body: newAlert,
      answers: { 201: json("Created", createdAlertSchema) },
      problems: [404, 409],
    },
    async (call) => {
      const { by, input } = call;
      requireReach(by, input.organizations, "alerts");
      const created = await alerts.create(by.organization, input, changedBy(call));
      return [201, { ...describeAlert(created), signing_secret: created.signingSecret ?? null }];
    },
  );
  api.route(
    {
      ...one,
      method: "patch",
      summary: "Change, pause, resume or mute an alert",
      description: "Fields that you leave out stay as they are.",
      body: alertChange,
      answers: { 200: json("The alert", createdAlertSchema) },
      problems: [404],
    },
    async (call) => {
      const changed = await alerts.update(call.by.organization, call.params.alert_id, call.input, changedBy(call));
      return [200, { ...describeAlert(changed), signing_secret: changed.signingSecret ?? null }];
    },
  );
  api.route(
    {
      ...one,
      method: "delete",
      summary: "Delete an alert",
      description: "Its earlier firings stay in the log.",
      answers: { 204: nothing("It is deleted") },
      problems: [404],
    },
    async (call) => {
      await alerts.remove(call.by.organization, call.params.alert_id, changedBy(call));
      return [204];
    },
  );
}

function actingRoutes(api: Api, { alerts }: AlertParts): void {
  api.route(
    {
      ...of,
      path: `${one.path}/test`,
      method: "post",
      summary: "Notify everybody now, and report the answers",
      answers: { 200: json("What each channel answered", alertTestSchema) },
      problems: [404, 429],
    },
    async (call) => {
      const results = await alerts.test(call.by.organization, call.params.alert_id, changedBy(call));
      return [200, { results: results.map(({ channel, error }) => ({ channel, error: error ?? null })) }];
    },
  );
  api.route(
    {
      ...of,
      path: `${one.path}/rotate-secret`,
      method: "post",
      summary: "Rotate the secret of its webhook; the earlier ones stay valid for a day",
      answers: { 200: json("The alert", createdAlertSchema) },
      problems: [404, 422],
    },
    async (call) => {
      const rotated = await alerts.rotateSecret(call.by.organization, call.params.alert_id, changedBy(call));
      return [200, { ...describeAlert(rotated), signing_secret: rotated.signingSecret ?? null }];
    },
  );
}

const timeText = (ms: number) => new Date(ms).toISOString();
const perhaps = (ms: number | undefined) => (ms === undefined ? null : timeText(ms));

function describeAlert({ stored, settings, lastFiredAt, publicKeys }: SeenAlert) {
  return {
    id: stored.id,
    organization: stored.organization,
    name: stored.name,
    ...settings,
    enabled: stored.enabled,
    muted_until: perhaps(stored.mutedUntil),
    last_fired_at: perhaps(lastFiredAt),
    public_keys: publicKeys,
    created_by: { ...stored.createdBy },
    created_at: timeText(stored.createdAt),
    updated_at: timeText(stored.updatedAt),
  };
}

function describeFiring(firing: Firing) {
  const data = dataOf(firing);
  return {
    id: firing.id,
    alert: { id: firing.alertId, name: firing.alertName },
    fired_at: timeText(firing.at),
    kind: data.kind,
    summary: summaryOf(data),
    value: data.value,
    count: data.count,
    since: data.since,
    organization: data.organization,
    event_id: data.event?.id ?? null,
    acknowledged_by: firing.acknowledgedBy === undefined ? null : { ...firing.acknowledgedBy },
    acknowledged_at: perhaps(firing.acknowledgedAt),
    undelivered: firing.undelivered ?? null,
  };
}
