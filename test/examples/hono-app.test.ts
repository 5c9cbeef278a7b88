import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { AppServer } from "../support/app-server.ts";
import type { TestServer } from "../support/server.ts";

const MAIN = fileURLToPath(new URL("../../examples/hono-app/main.ts", import.meta.url));

let daybook: TestServer;
let key: string;
let example: ChildProcess;
let url: string;

beforeAll(async () => {
  daybook = await AppServer.start();
  key = await daybook.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  const env = { PATH: process.env.PATH, DAYBOOK_URL: daybook.url, DAYBOOK_KEY: key, PORT: "0" };
  example = spawn(process.execPath, ["--conditions", "daybook-source", "--import", "tsx", MAIN], {
    stdio: ["ignore", "pipe", "inherit"],
    env,
  });
  const [line] = (await once(example.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  url = /at (http:\S+)/.exec(line.toString("utf8"))?.[1] ?? "";
});

afterAll(async () => {
  example.kill("SIGKILL");
  await daybook.remove();
});

async function call(method: string, path: string, body: object | undefined, cookie = ""): Promise<Response> {
  return fetch(url + path, {
    method,
    headers: { "content-type": "application/json", "user-agent": "example-test/1", cookie },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The example's events once `count` of them can be read, oldest first; those Daybook recorded about itself are left out. */
async function recorded(count: number): Promise<Event[]> {
  for (;;) {
    const response = await daybook.fetch("/v1/events", {}, key);
    const { data } = (await response.json()) as { data: Event[] };
    const own = data.filter(({ source }) => source.type === "api_key");
    if (own.length >= count) return own.reverse();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test("the example's routes end up in the log, with who, from where and what changed, when it is stopped", async () => {
  const credentials = { email: "ada@acme.example", password: "lovelace" };
  expect((await call("POST", "/login", { ...credentials, password: "wrong" })).status).toBe(401);
  const cookie = (await call("POST", "/login", credentials)).headers.getSetCookie()[0]?.split(";")[0];
  expect((await call("PATCH", "/articles/kb_refunds", { visibility: "public" })).status).toBe(401);
  expect((await call("PATCH", "/articles/kb_refunds", { visibility: "public" }, cookie)).status).toBe(200);
  const created = (await (await call("POST", "/keys", { name: "ci" }, cookie)).json()) as { id: string };
  expect((await call("DELETE", `/keys/${created.id}`, undefined, cookie)).status).toBe(204);
  example.kill("SIGTERM");
  expect(await once(example, "exit")).toEqual([0, null]);

  const events = await recorded(5);
  expect(events.map(({ action, outcome, resource }) => `${action} ${outcome} ${resource.id}`)).toEqual([
    "auth.login failure u_ada",
    "auth.login success u_ada",
    "knowledge.update success kb_refunds",
    `api_key.create success ${created.id}`,
    `api_key.delete success ${created.id}`,
  ]);
  const [, login, update] = events;
  expect(update?.changes).toEqual([{ path: "visibility", before: "team", after: "public" }]);
  expect(update?.actor).toMatchObject({ type: "user", id: "u_ada", name: "Ada Lindqvist", role: "admin" });
  for (const { context } of events) {
    expect(context).toMatchObject({ ip: "127.0.0.1", user_agent: "example-test/1" });
    expect(context?.request_id).toMatch(/^[0-9a-f-]{36}$/);
  }
  expect(login?.context?.session_id).toBe(update?.context?.session_id);
  expect(new Set(events.map(({ context }) => context?.request_id)).size).toBe(5);
});
