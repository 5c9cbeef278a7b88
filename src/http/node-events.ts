import { NODE_EVENTS_PATH, recordedEvents } from "../commit/index.ts";
import type { OwnEvent } from "../identity/index.ts";
import { logUnavailable } from "../log/index.ts";
import { json } from "./answers.ts";
import { withToken } from "./bearer-token.ts";
import { decodeUtf8, parseJson, readBody } from "./body.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

/**
 * Where the node that leads records Daybook's own events of the other nodes. They know its token from the lease, which only the nodes can read. Not
 * part of the public API.
 */
export function nodeEventsRoute(api: Api, { node, deliver, log }: Pick<Parts, "node" | "deliver" | "log">): void {
  if (node === undefined) return;
  api.route(
    {
      method: "post",
      path: NODE_EVENTS_PATH,
      tag: "Operation",
      hidden: true,
      summary: "Record events of another node",
      allow: withToken(node.token),
      answers: { 200: json("Where they are, and where the log ends with them", recordedEvents) },
    },
    async ({ c }) => {
      const events = parseJson(decodeUtf8(await readBody(c.env.incoming))) as readonly OwnEvent[];
      // Not passed on once more: two nodes that each take the other for the leader would never end.
      if (!node.leads) throw logUnavailable("another node leads");
      const places = (await deliver(events)).map(({ sequence, leaf_hash }) => ({ sequence, leaf_hash }));
      return [200, { places, end: log.end }];
    },
  );
}
