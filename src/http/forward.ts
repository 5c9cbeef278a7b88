import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { request as requestSecurely, Agent as SecureAgent } from "node:https";
import { uuidv7 } from "@daybook/sdk";
import type { Node } from "../commit/index.ts";
import { logUnavailable } from "../log/index.ts";
import { drain } from "./body.ts";
import { problemBody, problemHeaders } from "./problem.ts";
import { RECORD_PATH } from "./record.ts";
import type { DirectAnswer } from "./record-directly.ts";

/** Says that a node passed the request on: it is not passed on again. */
const FORWARDED = "x-daybook-forwarded";
/** Headers that concern one connection, or that Node answers by itself. */
const OF_ONE_HOP = ["connection", "keep-alive", "expect", "te", "trailer", "transfer-encoding", "upgrade"];

/** How far streams and alerts have come, only the node that delivers and evaluates knows. */
const LEADERS_PATH = /^\/v1\/organizations\/[^/]+\/(?:streams|alerts)(?:\/|$)/;

const agent = new Agent({ keepAlive: true });
const secureAgent = new SecureAgent({ keepAlive: true });

/**
 * Answers, on a node that does not lead, `POST /v1/events` and everything about streams and alerts: the one that leads records and delivers, and its answer is
 * passed back.
 */
export function forwardToLeader(node: Pick<Node, "leads" | "leader">): DirectAnswer {
  return (incoming, outgoing) => {
    if (node.leads || !isForLeader(incoming)) return false;
    const address = node.leader?.address;
    if (address === undefined || incoming.headers[FORWARDED] !== undefined) refuse(incoming, outgoing, "no node leads");
    else forward(incoming, outgoing, new URL(incoming.url ?? "", address));
    return true;
  };
}

function isForLeader({ method, url = "" }: IncomingMessage): boolean {
  const [path = ""] = url.split("?", 1);
  return (method === "POST" && path === RECORD_PATH) || LEADERS_PATH.test(path);
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, url: URL): void {
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !OF_ONE_HOP.includes(name)));
  const options = { method: incoming.method, headers: { ...headers, [FORWARDED]: "1" } };
  const sent =
    url.protocol === "https:"
      ? requestSecurely(url, { ...options, agent: secureAgent })
      : request(url, { ...options, agent });
  sent.on("response", (answer) => {
    const kept = Object.entries(answer.headers).filter(([name]) => !OF_ONE_HOP.includes(name));
    outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
    answer.pipe(outgoing);
    answer.on("error", () => outgoing.destroy());
  });
  sent.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy();
    else refuse(incoming, outgoing, "the node that leads cannot be reached; whether it recorded this is not known");
  });
  // Who goes away before the end takes the request along.
  outgoing.on("close", () => {
    if (!outgoing.writableFinished) sent.destroy();
  });
  incoming.pipe(sent);
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, reason: string): void {
  const requestId = uuidv7();
  const error = logUnavailable(reason);
  outgoing.writeHead(error.status, {
    ...problemHeaders(error),
    "x-request-id": requestId,
    "cache-control": "no-store",
  });
  outgoing.end(JSON.stringify(problemBody(error, requestId)));
  drain(incoming);
}
