import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { request as requestSecurely, Agent as SecureAgent } from "node:https";
import { uuidv7 } from "@daybook/sdk";
import type { Node } from "../commit/index.ts";
import { logUnavailable } from "../log/index.ts";
import { bearsToken } from "./bearer-token.ts";
import { drain } from "./body.ts";
import type { ClientAddress } from "./client-address.ts";
import { problemBody, problemHeaders } from "./problem.ts";
import type { DirectAnswer } from "./record-directly.ts";
import { RECORD_PATH } from "./record-route.ts";

/** Says that a node passed the request on: it is not passed on again. */
const FORWARDED = "x-daybook-forwarded";
/** From where the request came, and the token of the node that leads, which only nodes know. */
const CLIENT = "x-daybook-client";
const NODE_TOKEN = "x-daybook-node-token";
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
export function forwardToLeader(node: Pick<Node, "leads" | "leader">, addressOf: ClientAddress): DirectAnswer {
  return (incoming, outgoing) => {
    if (node.leads || !isForLeader(incoming)) return false;
    const { address, token = "" } = node.leader ?? {};
    if (address === undefined || incoming.headers[FORWARDED] !== undefined) refuse(incoming, outgoing, "no node leads");
    else {
      const said = { [FORWARDED]: "1", [NODE_TOKEN]: token, [CLIENT]: addressOf(incoming) ?? "" };
      forward(incoming, outgoing, { url: new URL(incoming.url ?? "", address), said });
    }
    return true;
  };
}

/** Where requests come from, on a node that can lead: what another node passed on comes from where that node says. */
export function throughNodes(node: Pick<Node, "token"> | undefined, addressOf: ClientAddress): ClientAddress {
  if (node === undefined) return addressOf;
  return (incoming) => {
    const { [NODE_TOKEN]: token, [CLIENT]: client } = incoming.headers;
    if (typeof token !== "string" || !bearsToken(`Bearer ${token}`, node.token)) return addressOf(incoming);
    return typeof client === "string" && client !== "" ? client : undefined;
  };
}

function isForLeader({ method, url = "" }: IncomingMessage): boolean {
  const [path = ""] = url.split("?", 1);
  return (method === "POST" && path === RECORD_PATH) || LEADERS_PATH.test(path);
}

interface Forwarded {
  readonly url: URL;
  /** What this node says of the request; a client that says it as well is not heard. */
  readonly said: Readonly<Record<string, string>>;
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, { url, said }: Forwarded): void {
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !OF_ONE_HOP.includes(name)));
  const options = { method: incoming.method, headers: { ...headers, ...said } };
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
