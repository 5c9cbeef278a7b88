import { uuidv7 } from "@daybook/sdk";
import { OpenAPIHono } from "@hono/zod-openapi";
import { secureHeaders } from "hono/secure-headers";
import type { Admission } from "../admission/admission.ts";
import { DaybookError } from "../errors.ts";
import type { Deliver, Identity } from "../identity/contract.ts";
import type { Log } from "../log/contract.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { Cosigned } from "../read/bundle.ts";
import type { DamageListener } from "../read/entries.ts";
import type { OwnActs } from "../read/own-acts.ts";
import type { Reader } from "../read/reader.ts";
import type { Recorder } from "../record/recorder.ts";
import type { Search } from "../search/contract.ts";
import type { TreeReader } from "../tree/contract.ts";
import type { SigningKeys } from "../tree/signing-keys.ts";
import type { Tree } from "../tree/tree.ts";
import type { Verification } from "../verify/verification.ts";
import type { AccessRecord } from "./access-record.ts";
import type { BrowserOrigins } from "./browser-origins.ts";
import { clientAddress } from "./client-address.ts";
import { consoleRoutes, isVerifyPage, verifyPagePolicy } from "./console.ts";
import type { Env } from "./env.ts";
import { exportRoute } from "./export.ts";
import { exportsRoute } from "./exports.ts";
import { healthRoutes } from "./health.ts";
import { type IntegrityParts, integrityRoutes } from "./integrity.ts";
import { invitationRoutes } from "./invitations.ts";
import { keyRoutes } from "./keys.ts";
import { requireKnownQuery } from "./known-query.ts";
import { liveRoute } from "./live.ts";
import { memberRoutes } from "./members.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { metricsRoute } from "./metrics.ts";
import { openapiRoutes } from "./openapi.ts";
import { operatorRoute } from "./operator.ts";
import { organizationRoutes } from "./organizations.ts";
import { asDaybookError, problemResponse } from "./problem.ts";
import { profileRoutes } from "./profile.ts";
import { proofRoutes } from "./proofs.ts";
import { readRoutes } from "./read.ts";
import { RECORD_PATH, recordRoute } from "./record.ts";
import { reviewRoute } from "./reviews.ts";
import { sameOrigin } from "./same-origin.ts";
import { savedViewRoutes } from "./saved-views.ts";
import { sessionRoutes } from "./session.ts";
import { setupRoutes } from "./setup.ts";
import { tlogRoutes } from "./tlog.ts";
import { viewerRoutes } from "./viewer-tokens.ts";

/** What the routes stand on. Owned by the composition root, which closes it. */
export interface Parts {
  readonly admission: Admission;
  readonly identity: Identity;
  readonly recorder: Recorder;
  readonly log: Log;
  readonly search: Search;
  readonly reader: Reader;
  readonly tree: TreeReader & Pick<Tree, "signAgain">;
  readonly signingKeys: SigningKeys;
  readonly verification: Verification;
  readonly witnesses: Cosigned & IntegrityParts["witnesses"];
  readonly deliver: Deliver;
  readonly ownActs: OwnActs;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly version: string;
  /** The console's built files. */
  readonly consoleDir: string;
  /** Random; written to `run/server.json` for the command line. */
  readonly operatorToken: string;
  readonly trustedProxies: readonly string[];
  /** Origins under which the console is reached, the public one first. */
  readonly publicOrigins: readonly string[];
  /** Origins that may show `/embed` in a frame. */
  readonly embedOrigins: readonly string[];
  /** Origins whose pages can record events. */
  readonly browserOrigins: BrowserOrigins;
  readonly access: AccessRecord;
  /** Aborts when the server begins to stop. */
  readonly stopping: AbortSignal;
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

/** The one page that others may show in a frame. */
const EMBED = "/embed";

export function createServer(parts: Parts): OpenAPIHono<Env> {
  const { identity, log, recorder, search, reader, metrics, logger } = parts;
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
  const unframed = secureHeaders({
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    xFrameOptions: "DENY",
    referrerPolicy: "no-referrer",
  });
  const framed = secureHeaders({
    contentSecurityPolicy: { ...CONTENT_SECURITY_POLICY, frameAncestors: [...parts.embedOrigins] },
    // It knows no list of origins; frame-ancestors does, and goes before it.
    xFrameOptions: false,
    // As a document of another site's page, it would be refused by that page's own isolation otherwise.
    crossOriginResourcePolicy: "cross-origin",
    referrerPolicy: "no-referrer",
  });
  const mayBeFramed = parts.embedOrigins.length > 0;
  const verifyPolicy = verifyPagePolicy(parts.consoleDir);
  app.use(async (c, next) => {
    await next();
    if (verifyPolicy !== undefined && isVerifyPage(c.req.path)) {
      c.header("content-security-policy", `${verifyPolicy}; frame-ancestors 'none'`);
    }
  });
  app.use((c, next) => (mayBeFramed && c.req.path === EMBED ? framed(c, next) : unframed(c, next)));
  app.use(RECORD_PATH, parts.browserOrigins.middleware());
  app.use(sameOrigin(parts.publicOrigins));
  app.use((c, next) => {
    // No id holds U+0000, and PostgreSQL fails when it is asked for one.
    if (c.req.path.includes("\0") || c.req.path.includes("%00")) throw nothingHere();
    return next();
  });
  app.use(requireKnownQuery(app));
  app.onError((error, c) => {
    if (asDaybookError(error).status === 500)
      logger.error("a request failed", { request_id: c.get("requestId"), route: c.req.routePath, error });
    return problemResponse(c, error);
  });

  recordRoute(app, parts);
  const onDamage: DamageListener = (...place) => reader.onDamage(...place);
  const sources = { search, log, tree: parts.tree, witnesses: parts.witnesses, onDamage };
  exportRoute(app, identity, sources, reader, parts.access, logger, parts.admission);
  exportsRoute(app, identity, sources, recorder, reader);
  liveRoute(app, identity, reader, parts.access, logger, parts.admission, parts.stopping);
  readRoutes(app, parts);
  savedViewRoutes(app, identity);
  reviewRoute(app, identity, search, reader, parts.access);
  viewerRoutes(app, identity, parts.publicOrigins[0] ?? "");
  proofRoutes(app, identity, log, recorder, parts.tree, reader);
  tlogRoutes(app, identity, log, parts.tree, parts.access);
  integrityRoutes(app, parts);
  organizationRoutes(app, identity);
  memberRoutes(app, identity);
  invitationRoutes(app, identity, parts.publicOrigins[0] ?? "");
  keyRoutes(app, identity);
  setupRoutes(app, identity);
  sessionRoutes(app, identity);
  profileRoutes(app, identity);
  healthRoutes(app, log, search);
  metricsRoute(app, parts);
  openapiRoutes(app, identity, parts.version);
  operatorRoute(app, parts, parts.publicOrigins[0] ?? "");
  methodNotAllowed(app);
  consoleRoutes(app, parts.consoleDir);
  app.notFound((c) => problemResponse(c, nothingHere()));
  return app;
}

function nothingHere(): DaybookError {
  return new DaybookError("not_found", "There is nothing at this address.");
}
