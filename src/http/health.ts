import { anyone } from "./allow.ts";
import { text } from "./answers.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";

/** `GET /healthz` and `/readyz`: no key needed, and nothing said but yes or no. */
export function healthRoutes(api: Api, { log, search, node }: Pick<Parts, "log" | "search" | "node">): void {
  const shared = { method: "get", tag: "Operation", allow: anyone } as const;
  api.route(
    { ...shared, path: "/healthz", summary: "Is the process alive", answers: { 200: text("It is") } },
    async ({ c }) => c.text("ok\n"),
  );
  api.route(
    {
      ...shared,
      path: "/readyz",
      summary: "Does this node or the leader take events, and has search caught up since the start",
      answers: { 200: text("Ready"), 503: text("Not ready; the text says why") },
    },
    async ({ c }) => {
      if (log.readOnly !== undefined && node?.canPassOn !== true) return c.text("the log is read-only\n", 503);
      if (!search.ready) return c.text("search is catching up\n", 503);
      return c.text("ready\n");
    },
  );
}
