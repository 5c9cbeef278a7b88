import { uuidv7 } from "@daybook/sdk";
import { OpenAPIHono } from "@hono/zod-openapi";
import { secureHeaders } from "hono/secure-headers";
import { DaybookError } from "../errors.ts";
import { addressesRoute } from "./addresses.ts";
import { alertRoutes } from "./alerts.ts";
import { clientAddress } from "./client-address.ts";
import { consoleRoutes, isVerifyPage, verifyPagePolicy } from "./console.ts";
import type { Env } from "./env.ts";
import { exportRoute } from "./export.ts";
import { exportProofRoute } from "./export-proof.ts";
import { throughNodes } from "./forward.ts";
import { groupsRoute } from "./groups.ts";
import { healthRoutes } from "./health.ts";
import { integrityRoutes } from "./integrity.ts";
import { invitationRoutes } from "./invitations.ts";
import { keyRoutes } from "./keys.ts";
import { readRoutes } from "./list-events.ts";
import { liveRoute } from "./live.ts";
import { memberRoutes } from "./members.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { metricsRoute } from "./metrics.ts";
import { nodeEventsRoute } from "./node-events.ts";
import { readOneRoutes } from "./one-event.ts";
import { openapiRoutes } from "./openapi.ts";
import { operatorRoute } from "./operator.ts";
import { organizationRoutes } from "./organizations.ts";
import type { Parts } from "./parts.ts";
import { asDaybookError, problemResponse } from "./problem.ts";
import { profileRoutes } from "./profile.ts";
import { proofRoutes } from "./proofs.ts";
import { RECORD_PATH, recordRoute } from "./record-route.ts";
import { reviewRoute } from "./reviews.ts";
import { Api } from "./route.ts";
import { sameOrigin } from "./same-origin.ts";
import { savedViewRoutes } from "./saved-views.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoute } from "./set-up.ts";
import { streamRoutes } from "./streams.ts";
import { tlogRoutes } from "./tlog.ts";
import { viewerRoutes } from "./viewer-tokens.ts";

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

/** The pages that others may show in a frame. */
const EMBEDDED: readonly string[] = ["/embed", "/embed/streams"];

export function createServer(parts: Parts): OpenAPIHono<Env> {
  const { config, metrics, logger } = parts;
  const app = new OpenAPIHono<Env>();
  const address = throughNodes(parts.node, clientAddress(config.trustedProxies));

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
  const unframed = secureHeaders({
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    xFrameOptions: "DENY",
    referrerPolicy: "no-referrer",
  });
  const framed = secureHeaders({
    contentSecurityPolicy: { ...CONTENT_SECURITY_POLICY, frameAncestors: [...config.embedOrigins] },
    // It knows no list of origins; frame-ancestors does, and goes before it.
    xFrameOptions: false,
    // As a document of another site's page, it would be refused by that page's own isolation otherwise.
    crossOriginResourcePolicy: "cross-origin",
    referrerPolicy: "no-referrer",
  });
  const mayBeFramed = config.embedOrigins.length > 0;
  const verifyPolicy = verifyPagePolicy(parts.consoleDir);
  app.use(async (c, next) => {
    await next();
    if (verifyPolicy !== undefined && isVerifyPage(c.req.path)) {
      c.header("content-security-policy", `${verifyPolicy}; frame-ancestors 'none'`);
    }
  });
  app.use((c, next) => (mayBeFramed && EMBEDDED.includes(c.req.path) ? framed(c, next) : unframed(c, next)));
  app.use(RECORD_PATH, parts.browserOrigins.middleware());
  app.use(sameOrigin(parts.publicOrigins));
  app.use((c, next) => {
    // No id holds U+0000, and PostgreSQL fails when it is asked for one.
    if (c.req.path.includes("\0") || c.req.path.includes("%00")) throw nothingHere();
    return next();
  });
  app.onError((error, c) => {
    if (asDaybookError(error).status === 500)
      logger.error("a request failed", { request_id: c.get("requestId"), route: c.req.routePath, error });
    return problemResponse(c, error);
  });

  declareRoutes(app, parts);
  methodNotAllowed(app);
  consoleRoutes(app, parts.consoleDir);
  app.notFound((c) => problemResponse(c, nothingHere()));
  return app;
}

function declareRoutes(app: OpenAPIHono<Env>, parts: Parts): void {
  const api = new Api(app, parts);
  recordRoute(api, parts);
  exportRoute(api, parts);
  exportProofRoute(api, parts);
  liveRoute(api, parts);
  readRoutes(api, parts);
  groupsRoute(api, parts);
  addressesRoute(api, parts);
  readOneRoutes(api, parts);
  savedViewRoutes(api, parts);
  streamRoutes(api, parts);
  alertRoutes(api, parts);
  reviewRoute(api, parts);
  viewerRoutes(api, parts);
  proofRoutes(api, parts);
  tlogRoutes(api, parts);
  integrityRoutes(api, parts);
  organizationRoutes(api, parts);
  memberRoutes(api, parts);
  invitationRoutes(api, parts);
  keyRoutes(api, parts);
  setupRoute(api, parts);
  sessionRoutes(api, parts);
  profileRoutes(api, parts);
  healthRoutes(api, parts);
  metricsRoute(api, parts);
  openapiRoutes(api, app, parts);
  operatorRoute(api, parts);
  nodeEventsRoute(api, parts);
}

function nothingHere(): DaybookError {
  return new DaybookError("not_found", "Nothing was found at this address.");
}
