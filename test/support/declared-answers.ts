import { z } from "@hono/zod-openapi";
import { problemSchema } from "../../src/http/problem.ts";
import { bareServer } from "./routes.ts";

interface Answered {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

interface Route {
  readonly name: string;
  readonly pattern: RegExp;
  readonly responses: Readonly<
    Record<string, { content?: Readonly<Record<string, { schema?: unknown }>> } | undefined>
  >;
}

/** What of an answer is not as its route declares it; undefined when all is. */
export function faultOf({ method, path, status, type, body }: Answered): string | undefined {
  const route = routeOf(method, path);
  // Not a route, or not one of the public API.
  if (route === undefined) return type === "application/json" ? undefined : faultIn(problemSchema, body);
  const at = `${route.name} ${status}`;
  const schema = route.responses[status]?.content?.[type]?.schema;
  if (!(schema instanceof z.ZodType)) return `${at} is not declared as ${type}`;
  const fault = faultIn(schema, body);
  return fault && `${at}: ${fault}`;
}

function faultIn(schema: z.ZodType, body: unknown): string | undefined {
  const { success, error, data } = schema.safeParse(body);
  if (success) return undeclaredField(body, data);
  return error.issues.map(({ path, message }) => `/${path.join("/")} ${message}`).join(", ");
}

/** Where a value has a field that is not in what a schema read of it. */
function undeclaredField(value: unknown, read: unknown, at = ""): string | undefined {
  if (!isObject(value) || !isObject(read) || Array.isArray(value) !== Array.isArray(read)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (!(name in read)) return `${at}/${name} is not declared`;
    const fault = undeclaredField(inner, read[name], `${at}/${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

let declared: readonly Route[] | undefined;

/** The one of the public API with the fewest parameters, as the router chooses it. */
function routeOf(method: string, path: string): Route | undefined {
  declared ??= readRoutes();
  const asked = `${method === "HEAD" ? "GET" : method} ${path.split("?")[0]}`;
  return declared.find(({ pattern }) => pattern.test(asked));
}

function readRoutes(): Route[] {
  const routes: Route[] = [];
  for (const definition of bareServer().openAPIRegistry.definitions) {
    if (definition.type !== "route") continue;
    const { method, path, responses } = definition.route;
    const name = `${method.toUpperCase()} ${path}`;
    const pattern = new RegExp(`^${name.replace(/\{tile\}$/, ".+").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
    routes.push({ name, pattern, responses: responses as Route["responses"] });
  }
  const parameters = ({ name }: Route) => name.split("{").length;
  return routes.sort((a, b) => parameters(a) - parameters(b));
}
