import { createHash, timingSafeEqual } from "node:crypto";

/** Whether an Authorization header carries the random token of `run/server.json`, which only the operator's account can read. */
export function isOperator(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(authorization ?? ""), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
