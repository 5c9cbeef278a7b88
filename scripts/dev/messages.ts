import type { Config } from "../../src/config.ts";

/** What the parent sends to a server's process. */
export type ToServer =
  | { readonly type: "load" }
  | { readonly type: "start"; readonly config: Config; readonly greet: boolean }
  | { readonly type: "stop" };

/** What a server's process answers, once: where it listens, or why it does not. */
export type FromServer =
  | { readonly type: "listening"; readonly port: number }
  | {
      readonly type: "failed";
      /** `load`: the sources could not be imported. `start`: they could, and the server did not start or ended by an error. */
      readonly stage: "load" | "start";
      readonly reason: string;
    };

/** How an attempt to start the server ended. */
export type Outcome = FromServer;
