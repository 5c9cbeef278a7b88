import { lookup } from "node:dns/promises";
import { once } from "node:events";
import type { Server } from "node:http";
import type { Config } from "./config.ts";
import { errorCode } from "./log/index.ts";

/** How long requests that have begun may take to end once the server stops. */
const DRAIN_MS = 10_000;
/** Meanwhile, how often connections whose last request has ended are closed. */
const IDLE_CHECK_MS = 50;

/** The URL of a host and port. */
export function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/**
 * Every address of a host: `localhost` is 127.0.0.1 and, where there is IPv6, ::1, and which of them a program tries is not ours
 * to guess. What has no address is left to `listen` to refuse.
 */
export async function addressesOf(host: string): Promise<[string, ...string[]]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  const [first, ...others] = new Set(found.map(({ address }) => address));
  return first === undefined ? [host] : [first, ...others];
}

/** @returns the port. @throws Error with one clear line when the address cannot be listened on. */
export async function listen(
  server: Server,
  address: string,
  { host, port }: Pick<Config, "host" | "port">,
): Promise<number> {
  try {
    server.listen(port, address);
    await once(server, "listening");
  } catch (error) {
    const reason =
      errorCode(error) === "EADDRINUSE"
        ? "is in use already; choose another with --port"
        : `cannot be listened on: ${error instanceof Error ? error.message : error}`;
    throw new Error(`Port ${port} of ${host} ${reason}.`, { cause: error });
  }
  const bound = server.address();
  return typeof bound === "object" && bound ? bound.port : port;
}

/** The address people use, as far as it is known before a port is listened on. */
export function configuredUrl({ url, host, port }: Config): string {
  return url ?? urlOf(host, port);
}

/** Lets what has begun end, within bounds. A connection that is kept alive closes with the answer it is waiting for. */
export async function stopServing(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => {
    server.prependListener("request", (_request, response) => {
      response.shouldKeepAlive = false;
    });
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const idle = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
  }, IDLE_CHECK_MS);
  const drained = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, DRAIN_MS);
  await Promise.all(closed);
  clearInterval(idle);
  clearTimeout(drained);
}
