/** What the process of all receivers and its parent know of each other. */

export const BUCKET = "logs";

export interface Ports {
  readonly http: number;
  readonly s3: number;
  readonly syslog: number;
}

/** How every receiver behaves. `hang`: without an answer, before or after it has stored what came. */
export type Mode = "take" | "hang before" | "hang after" | "slow" | "refuse poison";

/** A record that a receiver has stored, or a request that it leaves without an answer. */
export interface Journaled {
  readonly sink: string;
  readonly held?: true;
  readonly id?: string | undefined;
  readonly sequence?: number | undefined;
  /** Why it came shortened. */
  readonly shortened?: string | undefined;
  /** Of a bucket: where it is. The newest object of a name is the one that is there. */
  readonly object?: string | undefined;
}
