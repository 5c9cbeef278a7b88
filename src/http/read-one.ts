import { selectionOf } from "@daybook/sdk/filters";
import { DaybookError } from "../errors.ts";
import { entryJson } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import { type ReadScope, visibleIn } from "../read/index.ts";
import { file, json } from "./answers.ts";
import { eventAnswer } from "./event-answer.ts";
import { lookUp, type ReadParts, readingEvents } from "./look-up.ts";
import { tenantParameter } from "./parameters.ts";
import { asDaybookError } from "./problem.ts";
import type { Api } from "./route.ts";

const NEWLINE = new Uint8Array([0x0a]);

const shared = {
  ...readingEvents,
  params: { id: "The event's id." },
  query: tenantParameter,
  problems: [...readingEvents.problems, 500],
} as const;

/** One event and its entry. They come from the log itself: an event is there as soon as it was acknowledged, whatever search has read. */
export function readOneRoutes(api: Api, parts: ReadParts): void {
  api.route(
    { ...shared, path: "/v1/events/{id}", summary: "Read one event", answers: { 200: json("The event", eventAnswer) } },
    async ({ c, by, query, params }) => {
      const scope = await lookUp(parts, { c, by, parameters: query, needsSearch: false });
      const { header, body, leafHash } = await entryOf(parts, scope, params.id);
      const text = entryJson(header, body, Buffer.from(leafHash).toString("hex"));
      return c.body(text, 200, { "content-type": "application/json" });
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
    async ({ c, by, query, params }) => {
      const scope = await lookUp(parts, { c, by, parameters: query, needsSearch: false });
      const { header, body } = await entryOf(parts, scope, params.id);
      const lines = [header, NEWLINE, ...(body ? [body, NEWLINE] : [])];
      return c.body(new Uint8Array(Buffer.concat(lines)), 200, { "content-type": "application/x-ndjson" });
    },
  );
}

/** @throws DaybookError not_found, entry_damaged */
async function entryOf({ recorder, reader }: ReadParts, scope: ReadScope, id: string): Promise<LogEntry> {
  try {
    const entry = await recorder.find(scope.tenant, id);
    if (entry !== undefined) reader.requireSound(scope.tenant, entry);
    if (entry !== undefined && visibleIn(scope.within && selectionOf(scope.within))(entry)) return entry;
  } catch (error) {
    // Whether a fixed filter excludes it cannot be known any more, and what it excludes does not exist for its reader.
    if (scope.within === undefined || asDaybookError(error).code !== "entry_damaged") throw error;
  }
  throw new DaybookError("not_found", "There is no such event.");
}
