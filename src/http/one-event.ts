import { selectionOf } from "@daybook/sdk/filters";
import type { z } from "@hono/zod-openapi";
import { DaybookError } from "../errors.ts";
import { entryJson } from "../event/index.ts";
import type { Access } from "../identity/index.ts";
import type { LogEntry } from "../log/index.ts";
import { lookUp, visibleIn } from "../read/index.ts";
import { file, json } from "./answers.ts";
import { eventAnswer } from "./event-answer.ts";
import { eventsCall, lookOf, type ReadParts } from "./events-call.ts";
import { tenantParameter } from "./parameters.ts";
import { asDaybookError } from "./problem.ts";
import type { Api, Call } from "./route.ts";

const NEWLINE = new Uint8Array([0x0a]);

const shared = {
  ...eventsCall,
  params: { id: "The event's id." },
  query: tenantParameter,
  problems: [...eventsCall.problems, 500],
} as const;

/** One event and its entry. They come from the log itself: an event is there as soon as it was acknowledged, whatever search has read. */
export function readOneRoutes(api: Api, parts: ReadParts): void {
  api.route(
    { ...shared, path: "/v1/events/{id}", summary: "Read one event", answers: { 200: json("The event", eventAnswer) } },
    async (call) => {
      const { header, body, leafHash } = await entryOf(parts, call);
      const text = entryJson(header, body, Buffer.from(leafHash).toString("hex"));
      return call.c.body(text, 200, { "content-type": "application/json" });
    },
  );
  api.route(
    {
      ...shared,
      path: "/v1/events/{id}/entry",
      summary: "Read one event's entry",
      description: "Header line and body line, byte for byte as they are in the log.",
      answers: { 200: file("The entry", "application/x-ndjson") },
    },
    async (call) => {
      const { header, body } = await entryOf(parts, call);
      const lines = [header, NEWLINE, ...(body ? [body, NEWLINE] : [])];
      return call.c.body(new Uint8Array(Buffer.concat(lines)), 200, { "content-type": "application/x-ndjson" });
    },
  );
}

type OneCall = Pick<Call<"{id}", z.output<typeof tenantParameter>, unknown, Access>, "c" | "by" | "query" | "params">;

/** @throws DaybookError not_found, entry_damaged */
async function entryOf(parts: ReadParts, call: OneCall): Promise<LogEntry> {
  const { recorder, reader } = parts;
  const scope = await lookUp(parts, { ...lookOf(call), needsSearch: false });
  try {
    const entry = await recorder.find(scope.tenant, call.params.id);
    if (entry !== undefined) reader.requireSound(scope.tenant, entry);
    if (entry !== undefined && visibleIn(scope.within && selectionOf(scope.within))(entry)) return entry;
  } catch (error) {
    // Whether a fixed filter excludes it cannot be known any more, and what it excludes does not exist for its reader.
    if (scope.within === undefined || asDaybookError(error).code !== "entry_damaged") throw error;
  }
  throw new DaybookError("not_found", "There is no such event.");
}
