import { z } from "zod";
import { logUnavailable } from "../log/index.ts";
import type { Node } from "./node.ts";

/** How long the node that leads has to record what it was sent. */
const ANSWER_MS = 10_000;
/** How long to wait until this node has read what the leader recorded for it. */
const READ_MS = 3_000;

/** Where the node that leads takes Daybook's own events of the others. */
export const NODE_EVENTS_PATH = "/node/events";

const recorded = z.object({ end: z.number() });

/**
 * Records events on the node that leads, whichever that is, and resolves when this node has read them. The events have ids: where an answer is lost,
 * the sender tries again, and they are recorded once.
 */
export function deliverThroughLeader<Event>(
  node: Pick<Node, "leads" | "leader" | "reached">,
  deliver: (events: readonly Event[]) => Promise<void>,
): (events: readonly Event[]) => Promise<void> {
  return async (events) => {
    if (node.leads) return deliver(events);
    const { leader } = node;
    if (leader?.address === undefined) throw logUnavailable("no node leads");
    const end = await send(leader.address, leader.token, events);
    await node.reached(end, AbortSignal.timeout(READ_MS));
  };
}

async function send(address: string, token: string, events: readonly unknown[]): Promise<number> {
  let response: Response;
  try {
    response = await fetch(new URL(NODE_EVENTS_PATH, address), {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(events),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch {
    throw logUnavailable("the node that leads cannot be reached");
  }
  if (!response.ok) throw logUnavailable(`the node that leads answered ${response.status}`);
  return recorded.parse(await response.json()).end;
}
