import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { OpenAPIHono, z } from "@hono/zod-openapi";
import { afterEach, expect, it } from "vitest";
import { Admission } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import type { Access, Identity } from "../identity/index.ts";
import { createLogger } from "../logger.ts";
import type { Allow } from "./allow.ts";
import { json } from "./answers.ts";
import type { Env } from "./env.ts";
import { Api } from "./route.ts";

const ACCESS: Access = {
  organization: "acme",
  filter: undefined,
  countsBy: "sequence",
  reader: { type: "api_key", id: "key_1" },
  sessionId: undefined,
  through: undefined,
  recorded: false,
};

/** So little that what one reader holds leaves nothing for another. */
const BYTES = 3 * 1024 * 1024;

const admission = new Admission({ look: () => ({ end: 0, position: 0, following: true }), bytes: BYTES });
afterEach(() => admission.close());

it("reads nothing for a caller whose rights end while they wait for their share", async () => {
  let isRevoked = false;
  let asked = 0;
  const allow: Allow<Access> = {
    async admit() {
      asked++;
      if (isRevoked) throw new DaybookError("unauthenticated", "The API key is not valid.");
      return ACCESS;
    },
  };
  const app = new OpenAPIHono<Env>();
  const api = new Api(app, { identity: {} as Identity, admission, logger: createLogger(new PassThrough()) });
  const answers = { 200: json("A page", z.object({ data: z.array(z.string()) })) };
  api.route(
    { method: "get", path: "/page", tag: "Events", summary: "A page", allow, share: "queries", answers },
    async () => [200, { data: ["an event"] }],
  );
  app.onError((error, c) => c.text(error instanceof DaybookError ? error.code : String(error), 500));
  const ask = async () => {
    const incoming = new IncomingMessage(new Socket());
    const outgoing = new ServerResponse(incoming);
    const answer = await app.request("/page", {}, { incoming, outgoing });
    outgoing.emit("close");
    return answer.text();
  };

  expect(await ask()).toContain("an event");
  // Who does not wait is not asked twice.
  expect(asked).toBe(1);

  const other = await admission.toRead({ organization: "globex", key: "key_2" }, "queries", () => AbortSignal.any([]));
  const waiting = ask();
  await expect.poll(() => admission.budget.waiting).toBe(1);
  isRevoked = true;
  other.release();
  expect(await waiting).toBe("unauthenticated");
});
