import { z } from "@hono/zod-openapi";
import { newSavedView, type SavedView, savedViewChange } from "../identity/index.ts";
import { person } from "./allow.ts";
import { json, nothing, time } from "./answers.ts";
import { originOf } from "./origin.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

const savedView = z
  .object({
    id: z.string(),
    name: z.string(),
    query: z.string().meta({ description: "The console's address, from behind its `?`." }),
    shared: z.boolean(),
    author: z.object({ id: z.string(), name: z.string() }),
    editable: z.boolean().meta({ description: "Whether the caller can change it." }),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "SavedView" });

const all = { path: "/v1/organizations/{id}/views", tag: "Reviewing", allow: person } as const;
const one = { ...all, path: "/v1/organizations/{id}/views/{view_id}" } as const;

/** `/v1/organizations/{id}/views`: filters under a name, one's own and those that are shared, by session alone. */
export function savedViewRoutes(api: Api, { identity }: Pick<Parts, "identity">): void {
  api.route(
    {
      ...all,
      method: "get",
      summary: "Saved views: one's own and the shared ones, by name",
      answers: { 200: json("Views", z.object({ data: z.array(savedView) })) },
      problems: [404],
    },
    async ({ by, params }) => [200, { data: (await identity.savedViews.list(params.id, by)).map(describe) }],
  );
  api.route(
    {
      ...all,
      method: "post",
      summary: "Save a view",
      body: newSavedView,
      answers: { 201: json("Saved", savedView) },
      problems: [404, 409],
    },
    async ({ c, by, params, input }) => {
      const view = { ...input, shared: input.shared ?? false };
      return [201, describe(await identity.savedViews.create(params.id, view, by, originOf(c, by)))];
    },
  );
  api.route(
    {
      ...one,
      method: "patch",
      summary: "Rename, change, share or unshare a view",
      body: savedViewChange,
      answers: { 200: json("The view", savedView) },
      problems: [404],
    },
    async ({ c, by, params: { id, view_id }, input }) => {
      return [200, describe(await identity.savedViews.update(id, view_id, input, by, originOf(c, by)))];
    },
  );
  api.route(
    { ...one, method: "delete", summary: "Delete a view", answers: { 204: nothing("Deleted") }, problems: [404] },
    async ({ c, by, params: { id, view_id } }) => {
      await identity.savedViews.remove(id, view_id, by, originOf(c, by));
      return [204];
    },
  );
}

function describe({ createdAt, updatedAt, ...view }: SavedView) {
  return { ...view, created_at: new Date(createdAt).toISOString(), updated_at: new Date(updatedAt).toISOString() };
}
