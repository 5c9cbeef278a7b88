import { uuidv7 } from "@daybook/sdk";
import { OpenAPIHono } from "@hono/zod-openapi";
import { secureHeaders } from "hono/secure-headers";
import { DaybookError } from "../errors.ts";
import type { Identity } from "../identity/contract.ts";
import type { Log } from "../log/contract.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Recorder } from "../record/recorder.ts";
import type { Search } from "../search/contract.ts";
import { clientAddress } from "./client-address.ts";
import { consoleRoutes } from "./console.ts";
import type { Env } from "./env.ts";
import { exportRoute } from "./export.ts";
import { healthRoutes } from "./health.ts";
import { keyRoutes } from "./keys.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { metricsRoute } from "./metrics.ts";
import { openapiRoutes } from "./openapi.ts";
import { operatorRoute } from "./operator.ts";
import { organizationRoutes } from "./organizations.ts";
import { asDaybookError, problemResponse } from "./problem.ts";
import { readRoutes } from "./read.ts";
import { recordRoute } from "./record.ts";
import { sameOrigin } from "./same-origin.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";

/** What the routes stand on. Owned by the composition root, which closes it. */
export interface Parts {
  readonly identity: Identity;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly search: Search;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly version: string;
  /** The console's built files. */
  readonly consoleDir: string;
  /** Random; written to `run/server.json` for the command line. */
  readonly operatorToken: string;
  readonly trustedProxies: readonly string[];
  /** Origins under which the console is reached. */
  readonly publicOrigins: readonly string[];
}

const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", "data:"],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

export function createServer(parts: Parts): OpenAPIHono<Env> {
  const { identity, log, recorder, search, metrics, logger } = parts;
  const app = new OpenAPIHono<Env>();
  const address = clientAddress(parts.trustedProxies);

  app.use(async (c, next) => {
    const requestId = uuidv7();
    c.set("requestId", requestId);
    c.set("origin", { ip: address(c.env.incoming), userAgent: c.req.header("user-agent"), requestId });
    const started = performance.now();
    await next();
    c.header("x-request-id", requestId);
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
    metrics.requests.observe(
      { method: c.req.method, route: c.req.routePath, status: c.res.status },
      (performance.now() - started) / 1000,
    );
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
    }),
  );
  app.use(sameOrigin(parts.publicOrigins));
  app.onError((error, c) => {
    if (asDaybookError(error).code === "internal")
      logger.error("a request failed", { request_id: c.get("requestId"), route: c.req.routePath, error });
    return problemResponse(c, error);
  });

  recordRoute(app, identity, recorder, log, metrics, logger);
  exportRoute(app, identity, search, log, logger);
  readRoutes(app, identity, search, log, recorder);
  organizationRoutes(app, identity);
  keyRoutes(app, identity);
  setupRoutes(app, identity);
  sessionRoutes(app, identity);
  healthRoutes(app, log, search);
  metricsRoute(app, identity, metrics);
  openapiRoutes(app, identity, parts.version);
  operatorRoute(app, identity, parts.operatorToken);
  methodNotAllowed(app);
  consoleRoutes(app, parts.consoleDir);
  app.notFound((c) => problemResponse(c, new DaybookError("not_found", "There is nothing at this address.")));
  return app;
}
