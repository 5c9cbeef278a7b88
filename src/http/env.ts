import type { HttpBindings } from "@hono/node-server";
import type { Origin } from "../identity/index.ts";

/** What every handler finds on its context: the node request below, and who it comes from as far as the address tells. */
export interface Env {
  Bindings: HttpBindings;
  Variables: {
    /** UUIDv7, also in the answer's `x-request-id` and in every problem. */
    requestId: string;
    origin: Origin;
  };
}
