import { createServer, type Server } from "node:http";
import { uuidv7 } from "@daybook/sdk";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Env } from "./env.ts";
import { answerWhatIsNoRequest } from "./no-request.ts";
import { asDaybookError, problemBody, problemHeaders } from "./problem.ts";
import type { DirectAnswer } from "./record-directly.ts";

/**
 * Node's own server. A request's head must be there within 20 s. How slowly a body can come is decided where it is read; no request takes longer than ten minutes to arrive.
 * One that is idle is kept for longer than the minute that proxies keep theirs, so that none sends on what was just closed here.
 */
export function createNodeServer({ readerTimeoutMs = 60_000 } = {}): Server {
  const server = createServer({
    headersTimeout: 20_000,
    requestTimeout: 600_000,
    // How often Node looks for both. Default: every 30 s.
    connectionsCheckingInterval: 5_000,
    keepAliveTimeout: 65_000,
    // Health checkers of load balancers leave it out, and nothing here depends on it.
    requireHostHeader: false,
  });
  answerWhatIsNoRequest(server);
  // A reader who takes nothing for so long, not a byte, is cut off; Node looks at how much of what waits has gone out.
  server.timeout = readerTimeoutMs;
  return server;
}

/** Whoever sent a request has left, and what was done for it ended with that. Nobody is there to be answered, and nothing is wrong. */
class ClientLeft extends Error {}

/** Has requests answered directly, or else by the routes. One whose target or host is no address reaches none of them. */
export function answerWith(
  app: OpenAPIHono<Env>,
  server: Server,
  { logger, direct }: { readonly logger: Logger; readonly direct: readonly DirectAnswer[] },
): void {
  const fetch = (request: Request, env: object) => {
    const answering = app.fetch(request, env);
    if (!(answering instanceof Promise)) return answering;
    return answering.catch((error: unknown) => {
      // The reason of a request that was left is a text, which Hono passes on like any error that it does not know.
      throw error !== undefined && error === request.signal.reason ? new ClientLeft() : error;
    });
  };
  const errorHandler = (error: unknown) => {
    if (error instanceof ClientLeft) return undefined;
    const requestId = uuidv7();
    const known =
      error instanceof RequestError
        ? new DaybookError("invalid_request", "The request's target or host is malformed.", { cause: error })
        : asDaybookError(error);
    if (known.code === "internal") logger.error("a request failed", { request_id: requestId, error });
    const headers = { ...problemHeaders(known), "x-request-id": requestId, "x-content-type-options": "nosniff" };
    return Response.json(problemBody(known, requestId), { status: known.status, headers });
  };
  // The host of a request without one. Nothing depends on it.
  const hostname = "localhost";
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false, errorHandler, hostname });
  server.on("request", (incoming, outgoing) => {
    if (!direct.some((answer) => answer(incoming, outgoing))) void listener(incoming, outgoing);
  });
}
