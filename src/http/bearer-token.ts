import { createHash, timingSafeEqual } from "node:crypto";
import { DaybookError } from "../errors.ts";
import type { Allow } from "./allow.ts";

/** Whoever bears this token: the operator's, of `run/server.json`, or a node's, of the lease. For everybody else there is nothing at that address. */
export function withToken(token: string): Allow<undefined> {
  return {
    async admit({ headers }) {
      if (bearsToken(headers.get("authorization") ?? undefined, token)) return;
      throw new DaybookError("not_found", "Nothing was found at this address.");
    },
  };
}

/** Whether an Authorization header carries this token. */
export function bearsToken(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(authorization ?? ""), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
