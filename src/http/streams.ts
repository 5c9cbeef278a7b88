import { formatPosition } from "@daybook/sdk";
import { z } from "@hono/zod-openapi";
import { requireFixedFilter } from "../query/index.ts";
import { newStream, replayRequest, type SeenStream, streamChange } from "../streams/index.ts";
import { managing } from "./allow.ts";
import { json, nothing } from "./answers.ts";
import { changedBy } from "./origin.ts";
import type { Parts } from "./parts.ts";
import { requireReach } from "./reach.ts";
import type { Api } from "./route.ts";
import { createdStreamSchema, replayedStreamSchema, streamSchema, testResultSchema } from "./stream-schemas.ts";

type StreamParts = Pick<Parts, "streams" | "log">;

const all = { path: "/v1/organizations/{id}/streams", tag: "Streams" } as const;
const one = { path: "/v1/organizations/{id}/streams/{stream_id}", tag: "Streams" } as const;
const read = { allow: managing("stream.read", "streams:manage") } as const;
const manage = { allow: managing("stream.manage", "streams:manage") } as const;

/** `/v1/organizations/{id}/streams`: delivering an organization's events to other systems, by its owners and admins, and by keys with the scope. */
export function streamRoutes(api: Api, parts: StreamParts): void {
  readingRoutes(api, parts);
  changingRoutes(api, parts);
  actingRoutes(api, parts);
}

function readingRoutes(api: Api, { streams, log }: StreamParts): void {
  api.route(
    {
      ...all,
      ...read,
      method: "get",
      summary: "Streams, by name, and how far each has come",
      answers: { 200: json("Streams", z.object({ data: z.array(streamSchema) })) },
      problems: [404],
    },
    async ({ by }) => [
      200,
      { data: (await streams.list(by.organization)).map((seen) => describeStream(seen, log.id)) },
    ],
  );
  api.route(
    {
      ...one,
      ...read,
      method: "get",
      summary: "One stream",
      answers: { 200: json("The stream", streamSchema) },
      problems: [404],
    },
    async ({ by, params }) => [200, describeStream(await streams.find(by.organization, params.stream_id), log.id)],
  );
}

function changingRoutes(api: Api, { streams, log }: StreamParts): void {
  api.route(
    {
      ...all,
      ...manage,
      method: "post",
      summary: "Create a stream",
      description:
        "It delivers at once. For type `webhook`, this answer shows the signing secret; it is never shown again. Other secrets are encrypted and never shown.",
      body: newStream,
      answers: { 201: json("Created", createdStreamSchema) },
      problems: [404, 409],
    },
    async (call) => {
      const { by, input } = call;
      requireFixedFilter(input.filter);
      requireReach(by, input.organizations, "streams");
      const created = await streams.create(by.organization, input, changedBy(call));
      const { warnings, signingSecret = null } = created;
      return [201, { ...describeStream(created, log.id), warnings, signing_secret: signingSecret }];
    },
  );
  api.route(
    {
      ...one,
      ...manage,
      method: "patch",
      summary: "Change, pause or resume a stream",
      description: "Fields that you leave out stay as they are. The stream continues where it was.",
      body: streamChange,
      answers: { 200: json("The stream", streamSchema) },
      problems: [404],
    },
    async (call) => {
      const { by, params, input } = call;
      const changed = await streams.update(by.organization, params.stream_id, input, changedBy(call));
      return [200, describeStream(changed, log.id)];
    },
  );
  api.route(
    {
      ...one,
      ...manage,
      method: "delete",
      summary: "Delete a stream",
      answers: { 204: nothing("It delivers nothing more") },
      problems: [404],
    },
    async (call) => {
      await streams.remove(call.by.organization, call.params.stream_id, changedBy(call));
      return [204];
    },
  );
}

function actingRoutes(api: Api, { streams, log }: StreamParts): void {
  api.route(
    {
      ...manage,
      path: `${one.path}/test`,
      tag: one.tag,
      method: "post",
      summary: "Send one event now, and report what the receiver answered",
      description:
        "It is sent regardless of the filter and of waiting events. The event is the one that records this test.",
      answers: { 200: json("What it answered", testResultSchema) },
      problems: [404, 429],
    },
    async (call) => {
      const { organization } = call.by;
      const { delivered, error, durationMs } = await streams.test(organization, call.params.stream_id, changedBy(call));
      return [200, { delivered, error: error ?? null, duration_ms: durationMs }];
    },
  );
  api.route(
    {
      ...manage,
      path: `${one.path}/replay`,
      tag: one.tag,
      method: "post",
      summary: "Deliver again from a sequence or time on",
      body: replayRequest,
      answers: { 200: json("The stream", replayedStreamSchema) },
      problems: [404],
    },
    async (call) => {
      const { by, params, input } = call;
      const replayed = await streams.replay(by.organization, params.stream_id, input.start, changedBy(call));
      return [200, { ...describeStream(replayed, log.id), warnings: replayed.warnings }];
    },
  );
  api.route(
    {
      ...manage,
      path: `${one.path}/rotate-secret`,
      tag: one.tag,
      method: "post",
      summary: "Rotate the secret; the earlier ones stay valid for a day",
      description: "For streams of type `webhook`. The new secret is shown in this answer and never again.",
      answers: { 200: json("The stream", createdStreamSchema) },
      problems: [404, 422],
    },
    async (call) => {
      const rotated = await streams.rotateSecret(call.by.organization, call.params.stream_id, changedBy(call));
      return [200, { ...describeStream(rotated, log.id), warnings: [], signing_secret: rotated.signingSecret }];
    },
  );
}

const timeText = (ms: number) => new Date(ms).toISOString();
const perhaps = (ms: number | undefined) => (ms === undefined ? null : timeText(ms));

function describeStream({ stored, settings, state, secrets, publicKeys }: SeenStream, logId: string) {
  return {
    id: stored.id,
    organization: stored.organization,
    name: stored.name,
    ...settings,
    secrets,
    public_keys: publicKeys,
    enabled: stored.enabled,
    created_by: { ...stored.createdBy },
    created_at: timeText(stored.createdAt),
    updated_at: timeText(stored.updatedAt),
    state: {
      health: state.health,
      delivered_through: state.next === 0 ? null : formatPosition({ logId, number: state.next - 1 }),
      lag: state.lag,
      delivered: state.delivered,
      last_delivered_at: perhaps(state.lastDeliveredAt),
      failing_since: perhaps(state.failingSince),
      last_error: state.lastError ?? null,
    },
  };
}
