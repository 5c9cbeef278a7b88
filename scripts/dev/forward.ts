import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import type { Outcome } from "./messages.ts";

/** Sends an answer of the server on, or something else in its place. */
export type Answer = (incoming: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/**
 * Sends a request to the server. While there is none, it waits for the next one; a request that no server has begun with is sent again.
 *
 * @param ready the newest server, or why there is none.
 * @returns why there was no server to answer.
 */
export async function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  ready: () => Promise<Outcome>,
  answer: Answer,
): Promise<string | undefined> {
  for (;;) {
    const outcome = await ready();
    if (response.destroyed) return undefined;
    if (outcome.type === "failed") return outcome.reason;
    const sent = await send(incoming, response, outcome.port);
    if (sent === "again") continue;
    await answer(sent, response);
    return undefined;
  }
}

/** @returns the answer's head, or `again` when the server ended before it had begun with the request. */
async function send(
  incoming: IncomingMessage,
  response: ServerResponse,
  port: number,
): Promise<IncomingMessage | "again"> {
  const { method = "GET", url = "/", socket } = incoming;
  const headers = {
    ...incoming.headers,
    "x-forwarded-for": socket.remoteAddress ?? "",
    "accept-encoding": "identity",
    connection: "close",
  };
  // A connection for each request: one that is kept could be closed by a restart just as it is used.
  const outgoing = request({ host: "127.0.0.1", port, method, path: url, headers, agent: false });
  response.once("close", () => outgoing.destroy());
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  let delivered = false;
  outgoing.once("socket", (connection) =>
    connection.once("connect", () => {
      delivered = method !== "GET" && method !== "HEAD";
      // Sent again, its body was read the first time: there was none.
      if (incoming.readableEnded) outgoing.end();
      else incoming.pipe(outgoing);
    }),
  );
  try {
    const [answer] = await answered;
    return answer;
  } catch (error) {
    if (delivered || response.destroyed) throw error;
    return "again";
  }
}
