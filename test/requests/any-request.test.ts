import type { Event } from "@daybook/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../log/random.ts";
import { AppServer } from "../support/app-server.ts";
import { sameLog } from "../support/positions.ts";
import { registeredRoutes } from "../support/routes.ts";
import type { TestServer } from "../support/server.ts";
import { anAddress, type Route, routesOf } from "./addresses.ts";
import { naive, seededEvents } from "./events.ts";
import { aPost, type Keys } from "./posts.ts";
import { aRead, type World } from "./reads.ts";
import { type Answer, fault, Sender, type Tried } from "./request.ts";

const LONG = process.env.DAYBOOK_TEST_LONG === "1" ? 100_000 : 1_200;
const REQUESTS = Number(process.env.DAYBOOK_TEST_REQUESTS ?? LONG);
const SEED = Number(process.env.DAYBOOK_TEST_REQUEST_SEED ?? 20_261_126);
/** Requests that are under way at a time. */
const AT_ONCE = 16;

let server: TestServer;
let key: string;
let keys: Keys;
let world: World;
let routes: Route[];
let sender: Sender;

beforeAll(async () => {
  server = await AppServer.start();
  key = await server.key(["--org", "acme", "--create", "--scopes", "events:write,events:read"]);
  keys = {
    writer: await server.key(["--org", "globex", "--create", "--scopes", "events:write"]),
    reader: await server.key(["--org", "globex", "--scopes", "events:read"]),
  };
  await server.post(key, seededEvents(Date.now()));
  await server.caughtUp(key);
  const { data, indexed_through } = await list(1000, "&start=1970-01-01");
  const position = (sequence: number) => sameLog(indexed_through, sequence);
  world = { events: naive(data), last: data.length - 1, position };
  routes = await describedRoutes();
  sender = new Sender(server.url);
});
afterAll(async () => {
  sender.close();
  expect(server.output()).not.toMatch(/"level":"error"/);
  await server.remove();
});

async function list(limit: number, more = ""): Promise<{ data: Event[]; indexed_through: string }> {
  const response = await server.fetch(`/v1/events?limit=${limit}${more}`, {}, key);
  return (await response.json()) as { data: Event[]; indexed_through: string };
}

async function describedRoutes(): Promise<Route[]> {
  const response = await server.fetch("/openapi.json", {}, key);
  const { paths } = (await response.json()) as {
    paths: Record<string, Record<string, { parameters?: { in: string }[] }>>;
  };
  const withParameters = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { parameters }]) => parameters?.some((parameter) => parameter.in === "query"))
      .map(([method]) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`),
  );
  // A stream has no end to wait for.
  return routesOf(registeredRoutes(), new Set(withParameters)).filter(({ path }) => path !== "/v1/events/live");
}

function aRequest(random: Random): Tried {
  const kind = random.integer(20);
  // Reads cost most: each that is taken is a query or an export.
  if (kind < 3) return { headers: { authorization: `Bearer ${key}` }, ...aRead(random, world) };
  return kind < 10 ? aPost(random, keys) : anAddress(random, routes, key);
}

function describeFault(
  { method, path, headers, body, expected }: Tried,
  { status, type, body: text }: Answer,
  reason: string,
): string {
  const { authorization: _secret, ...rest } = headers;
  const sent = `${method} ${path} ${JSON.stringify(rest)} ${body === undefined ? "" : JSON.stringify(Buffer.from(body).toString("latin1").slice(0, 200))}`;
  const { check: _check, ...wanted } = expected;
  return `${reason}: ${sent}\n  answered ${status} ${type} ${text.slice(0, 300)}\n  expected ${JSON.stringify(wanted)}`;
}

it(`${REQUESTS} requests of any kind get the answer that a model of the API predicts`, async () => {
  const random = new Random(SEED);
  const faults: string[] = [];
  const answers = new Map<string, number>();
  let left = REQUESTS;
  const worker = async () => {
    for (; left > 0 && faults.length < 20; left--) {
      const tried = aRequest(random);
      const answer = await sender.ask(tried);
      const reason = fault(tried, answer);
      if (reason !== undefined) faults.push(describeFault(tried, answer, reason));
      const kind = `${tried.method === "GET" || tried.method === "POST" ? tried.method : "other"} ${answer.status}`;
      answers.set(kind, (answers.get(kind) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(
    [...answers]
      .sort()
      .map(([kind, count]) => `${kind}: ${count}`)
      .join(", "),
  );
  expect(faults.join("\n")).toBe("");
  // The model did not refuse everything, nor take everything.
  for (const kind of ["GET 200", "GET 400", "GET 404", "POST 201", "POST 207", "POST 400", "POST 415", "other 405"]) {
    expect(answers.get(kind) ?? 0, kind).toBeGreaterThan(REQUESTS / 1000);
  }
});
