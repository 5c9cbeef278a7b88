import { CONSOLE_PAGES } from "../../src/http/console-pages.ts";
import type { Random } from "../log/random.ts";
import { BADLY_ENCODED, UNKNOWN } from "./parameters.ts";
import type { Expected, Tried } from "./request.ts";

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "PROPFIND",
  "REPORT",
  "TRACE",
  "LINK",
  "M-SEARCH",
];

/** Addresses of the API without parameters, and of what belongs to it. */
export interface Route {
  readonly path: string;
  readonly methods: ReadonlySet<string>;
  /** Whether it takes query parameters. */
  readonly parameters: boolean;
}

/** @param registered as `GET /v1/events/:id`. @param withParameters the same, of the calls that describe query parameters. */
export function routesOf(registered: readonly string[], withParameters: ReadonlySet<string>): Route[] {
  const byPath = new Map<string, Set<string>>();
  for (const route of registered) {
    const [method = "", path = ""] = route.split(" ");
    if (path === "/*") continue;
    byPath.set(path, (byPath.get(path) ?? new Set()).add(method));
  }
  return [...byPath].map(([path, methods]) => ({
    path,
    methods,
    parameters: [...methods].some((method) => withParameters.has(`${method} ${path}`)),
  }));
}

/** What stands for a parameter in an address. */
const IDS = ["x", "seed-1", "acme", "0", "caf%C3%A9", "a%20b", "%ff", "%00"];

/** An address with any method: one of the API as it is, one of the console, or one beside them. */
export function anAddress(random: Random, routes: readonly Route[], key: string): Tried {
  const method = random.chance(0.5) ? "GET" : random.pick(METHODS);
  const headers = { authorization: `Bearer ${key}`, ...(random.chance(0.3) && { accept: "text/html,*/*" }) };
  const kind = random.integer(10);
  if (kind < 4) return { method, headers, ...ofRoute(random, random.pick(routes), method) };
  if (kind < 5) {
    const page = random.pick(CONSOLE_PAGES);
    const path = `${page}${page !== "/" && random.chance(0.3) ? "/" : ""}${random.chance(0.3) ? `?${random.pick(BADLY_ENCODED)}=1` : ""}`;
    const shown = method === "GET" || method === "HEAD";
    return {
      method,
      headers,
      path,
      expected: shown ? { status: [200], html: true } : { status: [404], code: "not_found" },
    };
  }
  const path = beside(random, random.pick(routes).path.replaceAll(/:\w+/g, "x"));
  return { method, headers, path, expected: { status: [404], code: "not_found" } };
}

function ofRoute(
  random: Random,
  { path: template, methods, parameters }: Route,
  method: string,
): Pick<Tried, "path" | "expected"> {
  const id = random.pick(IDS);
  const path = template.replaceAll(/:\w+/g, id);
  if (id === "%00" && template.includes(":")) return { path, expected: { status: [404], code: "not_found" } };
  const taken = methods.has(method) || (method === "HEAD" && methods.has("GET"));
  if (!taken) return { path, expected: { status: [405], code: "method_not_allowed" } };
  const faults = parameters ? undefined : fault(random);
  if (faults !== undefined) return { path: `${path}?${faults.query}`, expected: faults.expected };
  return {
    path,
    expected: { status: [200, 201, 204, 400, 401, 403, 404, 409, 415, 422, 429], html: template === "/docs" },
  };
}

/** A call that this key cannot make, or about something that is not there: it says no more. */
const REFUSED = [401, 403, 404];

/** A parameter of a call that takes none. */
function fault(random: Random): { query: string; expected: Expected } | undefined {
  if (random.chance(0.5)) return undefined;
  const name = random.pick(UNKNOWN);
  const bad = random.chance(0.3);
  const query = `${encodeURIComponent(name)}=${bad ? random.pick(BADLY_ENCODED) : "1"}`;
  return { query, expected: { status: [400], code: "invalid_parameter", pointers: [name], before: REFUSED } };
}

const PREFIXES = ["/", "/api", "/v2", "/V1", "/daybook", "/.", "/x/.."];

/** An address that looks like one of Daybook's and is not. */
function beside(random: Random, path: string): string {
  const deep = path.split("/").length;
  const changed = random.pick([
    () => `${random.pick(["/api", "/v2", "/daybook", "/v1"])}${path}`,
    () => `/${path}`,
    () => `${path}/`,
    () => `${path}${"/x".repeat(7)}`,
    () => path.toUpperCase(),
    () => path.replace("/", "//"),
    () => `${path};v=1`,
    () => `${path}%2F`,
    () => `/${deep}.php`,
    () => `/settings${path}`,
    () => `${path}.html.bak`,
  ])();
  // A tile's and an event's address can hold what is appended; these are routes of their own.
  return PREFIXES.includes(changed) || /^\/v1\/(tlog|events|exports|keys|organizations|profile)/.test(changed)
    ? `/nothing${changed}`
    : changed;
}
