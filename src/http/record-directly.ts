import type { IncomingMessage, ServerResponse } from "node:http";
import { uuidv7 } from "@daybook/sdk";
import { drain } from "./body.ts";
import { asDaybookError, problemBody, problemHeaders } from "./problem.ts";
import { type RecordParts, recordEvents } from "./record-events.ts";
import { RECORD_PATH } from "./record-route.ts";

/** Answers a request, or leaves it to others. @returns whether it is answered. */
export type DirectAnswer = (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;

/**
 * Answers `POST /v1/events` that come with an Authorization header without the router, its middleware and the objects of the Fetch API, which
 * cost more than recording one event does. What pages need (cookies, the check of origins, framing) has no part in such a request.
 */
export function recordDirectly(parts: RecordParts): DirectAnswer {
  return (incoming, outgoing) => {
    const { authorization } = incoming.headers;
    if (incoming.method !== "POST" || incoming.url !== RECORD_PATH || authorization === undefined) return false;
    const requestId = uuidv7();
    const started = performance.now();
    const end = (status: number, headers: Record<string, string>, body: string) => {
      outgoing.writeHead(status, {
        ...headers,
        ...parts.browserOrigins.headersFor(incoming.headers.origin),
        "cache-control": "no-store",
        "content-length": Buffer.byteLength(body),
        "x-content-type-options": "nosniff",
        "x-request-id": requestId,
      });
      outgoing.end(body);
      drain(incoming);
      parts.metrics.requests.observe(
        { method: "POST", route: RECORD_PATH, status },
        (performance.now() - started) / 1000,
      );
    };
    recordEvents(parts, {
      incoming,
      outgoing,
      requestId,
      authenticate: () => parts.identity.authenticateWith(authorization),
    }).then(
      ({ status, headers, body }) => end(status, { ...headers, "content-type": "application/json" }, body),
      (error: unknown) => {
        const known = asDaybookError(error);
        if (known.code === "internal") {
          parts.logger.error("a request failed", { request_id: requestId, route: RECORD_PATH, error });
        }
        end(known.status, problemHeaders(known), JSON.stringify(problemBody(known, requestId)));
      },
    );
    return true;
  };
}
