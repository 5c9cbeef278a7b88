import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Identity, SavedView } from "../identity/contract.ts";
import { newSavedView, savedViewChange } from "../identity/input.ts";
import { person } from "./access.ts";
import { originOf } from "./actor.ts";
import type { Env } from "./env.ts";
import { readInputOf } from "./input.ts";
import { problems } from "./problem.ts";

/** `/v1/organizations/{id}/views`: filters under a name, one's own and those that are shared, by session alone. */
export function savedViewRoutes(app: OpenAPIHono<Env>, identity: Identity): void {
  app.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/organizations/{id}/views",
    method: "get",
    summary: "Saved views: one's own and the shared ones, by name",
    request: { params: z.object({ id: z.string() }) },
    responses: {
      200: { description: "Views", ...json(z.object({ data: z.array(viewSchema) })) },
      ...problems(401, 403, 404),
    },
  });
  app.get("/v1/organizations/:id/views", async (c) => {
    const by = await person(identity, c.req.raw.headers);
    const views = await identity.savedViews.list(c.req.param("id"), by);
    return c.json({ data: views.map(describeView) });
  });

  app.openAPIRegistry.registerPath({
    ...shared,
    path: "/v1/organizations/{id}/views",
    method: "post",
    summary: "Save a view",
    request: { params: z.object({ id: z.string() }), body: { required: true, ...json(newSavedView) } },
    responses: { 201: { description: "Saved", ...json(viewSchema) }, ...problems(400, 401, 403, 404, 409, 422, 503) },
  });
  app.post("/v1/organizations/:id/views", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), newSavedView);
    const view = { ...input, shared: input.shared ?? false };
    return c.json(describeView(await identity.savedViews.create(c.req.param("id"), view, by, originOf(c, by))), 201);
  });

  const one = {
    ...shared,
    path: "/v1/organizations/{id}/views/{view_id}",
    request: { params: z.object({ id: z.string(), view_id: z.string() }) },
  };
  app.openAPIRegistry.registerPath({
    ...one,
    method: "patch",
    summary: "Rename, change, share or unshare a view",
    request: { ...one.request, body: { required: true, ...json(savedViewChange) } },
    responses: { 200: { description: "The view", ...json(viewSchema) }, ...problems(400, 401, 403, 404, 422, 503) },
  });
  app.patch("/v1/organizations/:id/views/:view_id", async (c) => {
    const { by, input } = await readInputOf(c, () => person(identity, c.req.raw.headers), savedViewChange);
    const { id, view_id } = c.req.param();
    return c.json(describeView(await identity.savedViews.update(id, view_id, input, by, originOf(c, by))));
  });

  app.openAPIRegistry.registerPath({
    ...one,
    method: "delete",
    summary: "Delete a view",
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 503) },
  });
  app.delete("/v1/organizations/:id/views/:view_id", async (c) => {
    const by = await person(identity, c.req.raw.headers);
    const { id, view_id } = c.req.param();
    await identity.savedViews.remove(id, view_id, by, originOf(c, by));
    return c.body(null, 204);
  });
}

const shared = { tags: ["Reviewing"], security: [{ session: [] }] };

const viewSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    query: z.string().meta({ description: "The console's address, what stands after its `?`." }),
    shared: z.boolean(),
    author: z.object({ id: z.string(), name: z.string() }),
    editable: z.boolean().meta({ description: "Whether the caller may change it." }),
    created_at: z.string().meta({ format: "date-time" }),
    updated_at: z.string().meta({ format: "date-time" }),
  })
  .meta({ id: "SavedView" });

function json(schema: z.ZodType) {
  return { content: { "application/json": { schema } } };
}

function describeView({ createdAt, updatedAt, ...view }: SavedView) {
  return { ...view, created_at: new Date(createdAt).toISOString(), updated_at: new Date(updatedAt).toISOString() };
}
