import { randomBytes, randomUUID } from "node:crypto";
import type { Actor, Change, Client, JsonValue } from "@daybook/sdk";
import { Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { requestId } from "hono/request-id";
import { type AuditVariables, auditing } from "./audit.ts";

interface Article {
  title: string;
  visibility: string;
  body: string;
}

const PEOPLE: Readonly<Record<string, { password: string; actor: Actor }>> = {
  "ada@acme.example": {
    password: "lovelace",
    actor: { type: "user", id: "u_ada", name: "Ada Lindqvist", email: "ada@acme.example", role: "admin" },
  },
};

type App = Hono<{ Variables: AuditVariables }>;

/** A knowledge base of one article, in memory: just enough to have something to record. */
export function createApp(daybook: Client) {
  const app: App = new Hono();
  app.use(requestId(), auditing(daybook));
  signIn(app);
  articles(app);
  keys(app);
  return app;
}

/** Every route after this one needs a session. */
function signIn(app: App) {
  const sessions = new Map<string, Actor>();

  app.post("/login", async (c) => {
    const { email, password } = await c.req.json<{ email: string; password: string }>();
    const person = PEOPLE[email];
    if (person?.password !== password) {
      c.var.audit({
        action: "auth.login",
        outcome: "failure",
        actor: person?.actor ?? { type: "anonymous" },
        resource: { type: "user", ...(person?.actor.id === undefined ? {} : { id: person.actor.id }) },
        description: "Sign-in failed.",
        metadata: { reason: person === undefined ? "unknown user" : "wrong password" },
      });
      return c.json({ error: "Incorrect e-mail or password" }, 401);
    }
    const session = randomUUID();
    sessions.set(session, person.actor);
    setCookie(c, "session", session, { httpOnly: true, sameSite: "Lax" });
    c.set("sessionId", session);
    c.var.audit({
      action: "auth.login",
      actor: person.actor,
      resource: { type: "user", id: "u_ada", name: "Ada Lindqvist" },
      description: "Signed in with a password.",
    });
    return c.json({ name: person.actor.name });
  });

  app.use(async (c, next) => {
    const session = getCookie(c, "session");
    const actor = session === undefined ? undefined : sessions.get(session);
    if (actor === undefined) return c.json({ error: "Sign in first" }, 401);
    c.set("actor", actor);
    c.set("sessionId", session);
    return next();
  });
}

function articles(app: App) {
  const stored = new Map<string, Article>([
    ["kb_refunds", { title: "Refund policy", visibility: "team", body: "Within 30 days." }],
  ]);

  app.patch("/articles/:id", async (c) => {
    const id = c.req.param("id");
    const before = stored.get(id);
    if (before === undefined) return c.json({ error: "No such article" }, 404);
    const after = { ...before, ...(await c.req.json<Partial<Article>>()) };
    stored.set(id, after);
    const changes = differences({ ...before }, { ...after });
    c.var.audit({
      action: "knowledge.update",
      resource: { type: "knowledge", id, name: after.title },
      description: `Changed ${changes.map(({ path }) => path).join(", ")} of “${after.title}”.`,
      changes,
    });
    return c.json(after);
  });
}

function keys(app: App) {
  const names = new Map<string, string>();

  app.post("/keys", async (c) => {
    const { name } = await c.req.json<{ name: string }>();
    const id = `key_${randomBytes(8).toString("hex")}`;
    names.set(id, name);
    c.var.audit({
      action: "api_key.create",
      resource: { type: "api_key", id, name },
      description: `Created the API key “${name}”.`,
    });
    return c.json({ id, name }, 201);
  });

  app.delete("/keys/:id", (c) => {
    const id = c.req.param("id");
    const name = names.get(id);
    if (name === undefined) return c.json({ error: "No such key" }, 404);
    names.delete(id);
    c.var.audit({
      action: "api_key.delete",
      resource: { type: "api_key", id, name },
      description: `Deleted the API key “${name}”.`,
    });
    return c.body(null, 204);
  });
}

/** The fields that differ, as Daybook's `changes`. */
function differences(before: Record<string, JsonValue>, after: Record<string, JsonValue>): Change[] {
  return Object.keys(after)
    .filter((path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]))
    .map((path) => ({ path, before: before[path] ?? null, after: after[path] ?? null }));
}
