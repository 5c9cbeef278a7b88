import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { anEvent } from "../support/events.ts";
import { registeredRoutes } from "../support/routes.ts";
import { cli, type TestServer } from "../support/server.ts";
import { resolve, type Schema, violations } from "./json-schema.ts";

interface Operation {
  summary: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; securitySchemes: Record<string, unknown> };
}

let server: TestServer;
let key: string;
let platform: string;
let document: Document;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read,keys:manage"]);
  platform = await server.key(["--platform", "--scopes", "events:write,events:read,organizations:write"]);
  document = (await (await server.fetch("/openapi.json", {}, key)).json()) as Document;
});
afterAll(() => server.remove());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

/** Every schema reference within a value. */
function references(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === "$ref" && typeof member === "string" ? [member] : references(member),
  );
}

describe("the API's description", () => {
  it("is OpenAPI 3.1 in its structure", () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: "Daybook", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    for (const { path, method, operation } of operations()) {
      const where = `${method} ${path}`;
      expect(path, where).toMatch(/^\//);
      expect(["get", "put", "post", "delete", "patch"], where).toContain(method);
      expect(operation.summary, where).toEqual(expect.any(String));
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = operation.parameters ?? [];
      expect(
        parameters.filter((one) => one.in === "path" && one.required === true).map(({ name }) => name),
        where,
      ).toEqual(inPath);
      expect(new Set(parameters.map((one) => `${one.in} ${one.name}`)).size, where).toBe(parameters.length);
      for (const parameter of parameters)
        expect(parameter.schema, `${where} ${parameter.name}`).toEqual(expect.any(Object));
      expect(Object.keys(operation.responses).length, where).toBeGreaterThan(0);
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status, where).toMatch(/^[2-5]\d\d$/);
        expect(description, where).toEqual(expect.any(String));
      }
      for (const scheme of (operation.security ?? []).flatMap(Object.keys)) {
        expect(Object.keys(document.components.securitySchemes), where).toContain(scheme);
      }
    }
    for (const reference of references(document)) expect(() => resolve(reference, document)).not.toThrow();
  });

  it("lists every route of the API, and no other", () => {
    const described = operations().map(
      ({ path, method }) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`,
    );
    const own = ["GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json"];
    const registered = registeredRoutes().filter((route) => route.includes(" /v1/") || own.includes(route));
    expect(described.sort()).toEqual(registered.sort());
  });

  it("names every filter on every call that takes them", () => {
    const filters = [
      ...["tenant_id", "start", "end", "tz", "action", "resource_type", "resource_id", "q", "actor_id", "role", "ip"],
      ...[
        "outcome",
        "as_of",
        "not_resource_type",
        "not_resource_id",
        "not_actor_id",
        "not_role",
        "not_ip",
        "not_outcome",
      ],
    ];
    for (const path of ["/v1/events", "/v1/events/facets", "/v1/events/histogram", "/v1/events/export", "/v1/groups"]) {
      const names = document.paths[path]?.get?.parameters?.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(filters));
    }
  });

  it("accepts what may be sent, nested or flat, and refuses what is refused", () => {
    const schema = resolve("#/components/schemas/EventInput", document);
    const flat = {
      action: "a",
      user_id: "u",
      user_role: "r",
      resource_type: "x",
      resource_id: "1",
      ip: "::1",
      user_agent: "",
      occurred_at: "2026-11-01T00:00:00Z",
    };
    for (const event of [anEvent(), flat, anEvent({ metadata: { any: [{}] }, changes: [{ path: "a", before: 1 }] })]) {
      expect(violations(event, schema, document)).toEqual([]);
    }
    for (const event of [{}, anEvent({ sequence: 1 }), anEvent({ outcome: "maybe" }), anEvent({ id: "a b" }), 5]) {
      expect(violations(event, schema, document)).not.toEqual([]);
    }
  });

  it("is shown to who has a key, as data and as a page", async () => {
    const response = await server.fetch("/docs", {}, key);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    const page = await response.text();
    for (const { path, method } of operations()) expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
    expect(page).not.toMatch(/<script|\son\w+=|style="/);
    expect((await server.fetch("/docs/style.css")).headers.get("content-type")).toMatch(/^text\/css/);
    for (const address of ["/openapi.json", "/docs", "/metrics"])
      expect((await server.fetch(address)).status).toBe(401);
  });

  it("sends a person who is not signed in to sign in, and from there back to the page", async () => {
    const browsing = { headers: { "sec-fetch-dest": "document" }, redirect: "manual" } as const;
    const page = await server.fetch("/docs", browsing);
    expect([page.status, page.headers.get("location")]).toEqual([302, "/sign-in?redirect=/docs"]);
    expect((await server.fetch("/openapi.json", browsing)).status).toBe(401);
  });
});

describe("what the server answers is as described:", () => {
  let keyId = "";

  beforeAll(async () => {
    const full = anEvent({
      id: "full",
      actor: { type: "user", id: "u", name: "N", email: "e", role: "r" },
      targets: [{ type: "t" }],
      description: "d",
      context: { ip: "::1" },
      changes: [{ path: "p", after: null }],
      metadata: { a: null },
    });
    await server.post(key, [full, anEvent({ id: "bare" })]);
    await server.caughtUp(key);
    const made = await cli([
      "keys",
      "create",
      "--data-dir",
      server.dataDir,
      "--org",
      "acme",
      "--scopes",
      "events:read",
      "--json",
    ]);
    keyId = (JSON.parse(made.stdout) as { id: string }).id;
  });

  interface Call {
    method: string;
    path: string;
    /** The address as it is described, where they differ. */
    described?: string;
    body?: unknown;
    as?: () => string | undefined;
    status: number;
  }

  const CALLS: Call[] = [
    { method: "POST", path: "/v1/events", body: [anEvent()], status: 201 },
    { method: "POST", path: "/v1/events", body: [anEvent(), {}], status: 207 },
    { method: "POST", path: "/v1/events", body: "{", status: 400 },
    { method: "POST", path: "/v1/events", body: anEvent({ id: "full", action: "b" }), status: 409 },
    { method: "POST", path: "/v1/events", body: anEvent({ description: "d".repeat(300_000) }), status: 413 },
    { method: "POST", path: "/v1/events", body: {}, status: 422 },
    { method: "GET", path: "/v1/events", status: 200 },
    { method: "GET", path: "/v1/events?limit=1", described: "/v1/events", status: 200 },
    { method: "GET", path: "/v1/events?limit=0", described: "/v1/events", status: 400 },
    { method: "GET", path: "/v1/events", as: () => undefined, status: 401 },
    { method: "GET", path: "/v1/events?tenant_id=other", described: "/v1/events", status: 404 },
    { method: "GET", path: "/v1/events/facets?field=action", described: "/v1/events/facets", status: 200 },
    { method: "GET", path: "/v1/events/histogram", status: 200 },
    { method: "GET", path: "/v1/groups?by=resource", described: "/v1/groups", status: 200 },
    { method: "GET", path: "/v1/events/export", status: 400 },
    { method: "GET", path: "/v1/events/full", described: "/v1/events/{id}", status: 200 },
    { method: "GET", path: "/v1/events/nothing", described: "/v1/events/{id}", status: 404 },
    { method: "GET", path: "/v1/events/nothing/entry", described: "/v1/events/{id}/entry", status: 404 },
    {
      method: "PUT",
      path: "/v1/organizations/beta",
      described: "/v1/organizations/{id}",
      body: { name: "Beta" },
      as: () => platform,
      status: 201,
    },
    {
      method: "PUT",
      path: "/v1/organizations/beta",
      described: "/v1/organizations/{id}",
      body: { name: "B" },
      as: () => platform,
      status: 200,
    },
    {
      method: "PUT",
      path: "/v1/organizations/beta",
      described: "/v1/organizations/{id}",
      body: { name: "B" },
      status: 403,
    },
    { method: "GET", path: "/v1/organizations/acme", described: "/v1/organizations/{id}", status: 200 },
    { method: "POST", path: "/v1/keys", body: { name: "n", scopes: ["events:read"] }, status: 201 },
    { method: "POST", path: "/v1/keys", body: {}, status: 422 },
    { method: "GET", path: "/v1/keys", status: 200 },
    { method: "GET", path: "/v1/session", as: () => undefined, status: 200 },
    {
      method: "POST",
      path: "/v1/session",
      body: { email: "a@b.example", password: "x" },
      as: () => undefined,
      status: 401,
    },
    { method: "POST", path: "/v1/setup", body: {}, as: () => undefined, status: 422 },
    { method: "GET", path: "/openapi.json", status: 200 },
  ];

  it.each(CALLS.map((call) => [`${call.method} ${call.path} ${call.status}`, call] as const))(
    "%s",
    async (_name, call) => {
      const { method, path, body, status } = call;
      const init: RequestInit = { method };
      if (body !== undefined) {
        init.body = typeof body === "string" ? body : JSON.stringify(body);
        init.headers = { "content-type": "application/json" };
      }
      const response = await server.fetch(path, init, call.as ? call.as() : key);
      expect(response.status).toBe(status);
      const described = document.paths[call.described ?? path]?.[method.toLowerCase()]?.responses[String(status)];
      const type = response.headers.get("content-type")?.split(";")[0] ?? "";
      const schema = described?.content?.[type]?.schema;
      if (!schema) throw new Error(`${status} as ${type} is not described`);
      expect(violations(await response.json(), schema, document)).toEqual([]);
    },
  );

  it("DELETE /v1/keys/{id} 204", async () => {
    const response = await server.fetch(`/v1/keys/${keyId}`, { method: "DELETE" }, key);
    expect([response.status, await response.text()]).toEqual([204, ""]);
    expect(document.paths["/v1/keys/{id}"]?.delete?.responses).toHaveProperty("204");
  });
});

describe("without a key", () => {
  it("nothing is said about the parameters or the body of a call", async () => {
    const isOpen = ({ security = [] }: Operation) =>
      security.length === 0 || security.some((one) => Object.keys(one).length === 0);
    const closed = operations().filter(({ operation }) => !isOpen(operation));
    expect(closed.length).toBeGreaterThan(50);
    const answered = await Promise.all(
      closed.map(async ({ path, method }) => {
        const body = method === "get" || method === "delete" ? {} : { body: "{" };
        const headers = { "content-type": "application/json" };
        const response = await server.fetch(`${path}?colour=red&q=%ff`, {
          method: method.toUpperCase(),
          headers,
          ...body,
        });
        return `${method} ${path} ${response.status}`;
      }),
    );
    expect(answered).toEqual(closed.map(({ path, method }) => `${method} ${path} 401`));
  });

  it.each(["/healthz", "/readyz"])("%s answers", async (path) => {
    const response = await server.fetch(path);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      expect.stringMatching(/^text\/plain/),
    ]);
  });

  it("/metrics answers the platform's keys in Prometheus' text format, and no organization's", async () => {
    expect((await server.fetch("/metrics", {}, key)).status).toBe(403);
    const platform = await server.key(["--platform", "--scopes", "events:read"]);
    const response = await server.fetch("/metrics", {}, platform);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    for (const name of [
      "daybook_http_request_duration_seconds_bucket",
      "daybook_log_end",
      "daybook_search_lag",
      "daybook_events_total",
    ]) {
      expect(text).toContain(name);
    }
    // Names of organizations, addresses and ids would make a series each.
    expect(text).not.toMatch(/acme|\/v1\/events\/full/);
    expect(text).toMatch(/route="\/v1\/events\/:id"/);
  });
});
