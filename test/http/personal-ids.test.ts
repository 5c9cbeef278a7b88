import type { Receipt } from "@daybook/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { makeKey, setUp } from "../support/console-session.ts";
import { anEvent, type Problem, type Results } from "../support/events.ts";

let server: AppServer;
let owner: Record<string, string>;
let platform: string;

beforeAll(async () => {
  server = await AppServer.start();
  owner = await setUp(server, { id: "acme", name: "Acme" });
  platform = (await makeKey(server, owner, "daybook", "events:write", "organizations:write")).key;
  const response = await server.fetch(
    "/v1/organizations/globex",
    { method: "PUT", body: '{"name":"Globex"}', headers: { "content-type": "application/json" } },
    platform,
  );
  expect(response.status).toBe(201);
});
afterAll(() => server.remove());

async function decide(personal_ids: "warn" | "refuse"): Promise<void> {
  const headers = { ...owner, "content-type": "application/json" };
  const body = JSON.stringify({ personal_ids });
  const response = await server.fetch("/v1/organizations/acme", { method: "PATCH", body, headers });
  expect(await response.json()).toMatchObject({ personal_ids });
}

async function post(body: unknown) {
  const response = await server.post(platform, body);
  return { ...((await response.json()) as Results & Problem), status: response.status };
}

const personal = (tenant_id: string) => anEvent({ tenant_id, user_id: "ada@acme.example", actor: { type: "user" } });

it("are refused in the organization whose settings say so, and only there, from the next request on", async () => {
  const events = [personal("acme"), anEvent({ tenant_id: "acme" }), personal("globex"), personal("acme")];
  const warned = { warnings: [{ pointer: "/user_id", code: "personal_id" }] };
  expect((await post(events)).results).toMatchObject([warned, { duplicate: false }, warned, warned]);

  await decide("refuse");
  const { status, results } = await post(events);
  expect(status).toBe(207);
  const error = { code: "invalid_event", errors: [{ pointer: "/user_id" }] };
  expect(results).toMatchObject([{ error }, { duplicate: false }, warned, { error }]);
  expect(await post(personal("acme"))).toMatchObject({
    status: 422,
    detail: expect.stringMatching(/^\/user_id looks like an e-mail address/),
  });
  // An address is no reason to refuse.
  const [receipt] = (await post(anEvent({ tenant_id: "acme", ip: "unknown" }))).results as Receipt[];
  expect(receipt?.warnings).toMatchObject([{ code: "address" }]);

  await decide("warn");
  expect((await post(personal("acme"))).results).toMatchObject([warned]);
});
