import { z } from "zod";
import { logUnavailable } from "../log/index.ts";
import type { Node } from "./node.ts";

/** Within this time the leader must record what it was sent. */
const ANSWER_MS = 10_000;
/** How long to wait until this node has read what the leader recorded for it. */
const READ_MS = 3_000;

/** The path at which the leader takes Daybook's own events from other nodes. */
export const NODE_EVENTS_PATH = "/node/events";

/** What the leader answers: the place of each event, and the log's end after them. */
export const recordedEvents = z.object({
  places: z.array(z.object({ sequence: z.number(), leaf_hash: z.string() })),
  end: z.number(),
});

/** The place of an event in the log. */
type Place = z.infer<typeof recordedEvents>["places"][number];

/**
 * Records events on whichever node leads, and resolves with their places when this node has read them. The events have ids: if an answer is lost,
 * the sender tries again, and they are recorded once.
 */
export function deliverThroughLeader<Event>(
  node: Pick<Node, "leads" | "leader" | "reached">,
  deliver: (events: readonly Event[]) => Promise<readonly Place[]>,
): (events: readonly Event[]) => Promise<readonly Place[]> {
  return async (events) => {
    if (node.leads) return deliver(events);
    const { leader } = node;
    if (leader?.address === undefined) throw logUnavailable("no node leads");
    const { places, end } = await send(leader.address, leader.token, events);
    await node.reached(end, AbortSignal.timeout(READ_MS));
    return places;
  };
}

async function send(
  address: string,
  token: string,
  events: readonly unknown[],
): Promise<z.infer<typeof recordedEvents>> {
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
  return recordedEvents.parse(await response.json());
}
