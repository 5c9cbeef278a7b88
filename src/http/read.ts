import { OUTCOMES, SOURCE_TYPES } from "@daybook/sdk";
import { matches } from "@daybook/sdk/filters";
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Admission } from "../admission/admission.ts";
import { DaybookError } from "../errors.ts";
import { decodeEntry, eventJson } from "../event/codec.ts";
import { context, eventInput } from "../event/schema.ts";
import type { Identity } from "../identity/contract.ts";
import type { LogEntry } from "../log/contract.ts";
import type { Logger } from "../logger.ts";
import type { OwnActs } from "../read/own-acts.ts";
import type { PageEnd } from "../read/page.ts";
import type { Reader } from "../read/reader.ts";
import { type ReadScope, resolve, resolvePage } from "../read/resolve.ts";
import type { Recorder } from "../record/recorder.ts";
import type { Search } from "../search/contract.ts";
import { filtersGiven, parseParameters } from "../search/filters.ts";
import {
  BUCKETS_DEFAULT,
  type FilterParameters,
  facetParameters,
  groupParameters,
  histogramParameters,
  isPersonField,
  LIMIT_DEFAULT,
  NAMES_MAX,
  pageParameters,
} from "../search/parameters.ts";
import type { AccessRecord, Asked } from "./access-record.ts";
import { admitReading } from "./admitted.ts";
import type { Env } from "./env.ts";
import { groupsAnswer, withTimes } from "./groups.ts";
import { longAnswer } from "./long-answer.ts";
import { onlyParameters } from "./parameters.ts";
import { asDaybookError, problems } from "./problem.ts";
import { authorizeReading } from "./reading.ts";

interface ReadParts {
  readonly identity: Identity;
  readonly search: Search;
  readonly reader: Reader;
  readonly recorder: Recorder;
  readonly access: AccessRecord;
  readonly ownActs: OwnActs;
  readonly logger: Logger;
  readonly admission: Admission;
}

/** Reading events: pages, one event, its entry, facets, histogram. All take the same filters. */
export function readRoutes(app: OpenAPIHono<Env>, parts: ReadParts): void {
  const { identity, search, reader, recorder, access, ownActs, logger, admission } = parts;
  const read = async <P extends { tenant_id?: string | undefined }>(c: Context<Env>, schema: z.ZodType<P>) => {
    const principal = await identity.authenticateReader(c.req.raw.headers);
    const parameters = parseParameters(schema, new URL(c.req.url).searchParams);
    const reading = await authorizeReading(identity, principal, parameters.tenant_id, "audit_log.read");
    await admitReading(admission, c.env, reading, "queries");
    const { signal } = c.req.raw;
    // A person finds what they just did. What is asked as of a position needs no more than that.
    if (principal.type === "session" && schema !== tenantParameter && !("as_of" in parameters)) {
      await ownActs.searched(reading.organization, search, signal);
    }
    const scope = { ...(await reader.scope(reading)), signal };
    await access.viewed(reading, c.get("origin"), { filters: filtersOf(parameters) });
    return { parameters, scope };
  };

  app.openAPIRegistry.registerPath(pageDescription);
  app.get("/v1/events", async (c) => {
    const { parameters, scope } = await read(c, pageParameters);
    const { query, after, cursorAfter } = resolvePage(parameters, scope);
    const counted = Promise.all([
      // A first page brings it along.
      after === undefined ? undefined : search.total(query),
      parameters.recorded_through ? search.recordedThrough(query) : undefined,
    ]);
    // Awaited at the page's end; the page may fail before.
    counted.catch(() => undefined);
    const rest = async ({ next, sightings, total: found }: PageEnd) => {
      const [total = found, recorded] = await counted;
      const fresh = parameters.new_ip ? await search.newAddresses(query, sightings) : undefined;
      return {
        next_cursor: next ? cursorAfter(next) : null,
        total,
        indexed_through: scope.positions.format(query.asOf),
        ...(fresh && { new_ip: [...fresh] }),
        ...(parameters.recorded_through && {
          recorded_through: recorded === undefined ? null : new Date(recorded).toISOString(),
        }),
      };
    };
    const page = reader.page(query, parameters.limit ?? LIMIT_DEFAULT, after, parameters.new_ip);
    return longAnswer(c, pageText(page, rest), logger);
  });

  app.openAPIRegistry.registerPath(facetsDescription);
  app.get("/v1/events/facets", async (c) => {
    const { parameters, scope } = await read(c, facetParameters);
    const { field, names, find, limit = NAMES_MAX } = parameters;
    const query = resolve(parameters, scope);
    const { values, more } =
      names && isPersonField(field)
        ? await reader.people(query, { field, find, limit })
        : await search.facets(query, field);
    return c.json({ field, values, more });
  });

  app.openAPIRegistry.registerPath(groupsDescription);
  app.get("/v1/groups", async (c) => {
    const { parameters, scope } = await read(c, groupParameters);
    const { by, limit = NAMES_MAX } = parameters;
    const { groups, more } = await reader.groups(resolve(parameters, scope), { by, limit });
    return c.json({ by, groups: groups.map(withTimes), more });
  });

  app.openAPIRegistry.registerPath(histogramDescription);
  app.get("/v1/events/histogram", async (c) => {
    const { parameters, scope } = await read(c, histogramParameters);
    const { intervalMs, buckets } = await search.histogram(
      resolve(parameters, scope),
      parameters.buckets ?? BUCKETS_DEFAULT,
    );
    return c.json({
      interval_ms: intervalMs,
      buckets: buckets.map(({ start, counts }) => ({ start: new Date(start).toISOString(), counts })),
    });
  });

  const canBeSeen = ({ within }: ReadScope, { header, body }: LogEntry): boolean =>
    within === undefined || matches(decodeEntry(header, body), within);

  // One event comes from the log itself: it is there as soon as it was acknowledged, whatever search has read.
  const entryOf = async (c: Context<Env>, id: string): Promise<LogEntry> => {
    const { scope } = await read(c, tenantParameter);
    try {
      const entry = await recorder.find(scope.tenant, id);
      if (entry !== undefined) reader.requireSound(scope.tenant, entry);
      if (entry !== undefined && canBeSeen(scope, entry)) return entry;
    } catch (error) {
      // Whether a fixed filter excludes it cannot be known any more, and what it excludes does not exist for its reader.
      if (scope.within === undefined || asDaybookError(error).code !== "entry_damaged") throw error;
    }
    throw new DaybookError("not_found", "There is no such event.");
  };

  app.openAPIRegistry.registerPath(eventDescription);
  app.get("/v1/events/:id", async (c) => {
    const { header, body, leafHash } = await entryOf(c, c.req.param("id"));
    return json(c, eventJson(decodeEntry(header, body), Buffer.from(leafHash).toString("hex")));
  });

  app.openAPIRegistry.registerPath(entryDescription);
  app.get("/v1/events/:id/entry", async (c) => {
    const { header, body } = await entryOf(c, c.req.param("id"));
    const lines = [header, NEWLINE, ...(body ? [body, NEWLINE] : [])];
    return c.body(new Uint8Array(Buffer.concat(lines)), 200, { "content-type": "application/x-ndjson" });
  });
}

/** The filters among the parameters of a request, for the event that tells of it. */
export function filtersOf(parameters: Partial<FilterParameters>): Asked {
  return filtersGiven(parameters);
}

/** A page's JSON text. @param rest its members beside the events. */
async function* pageText(
  items: AsyncGenerator<readonly string[], PageEnd>,
  rest: (end: PageEnd) => Promise<object>,
): AsyncGenerator<string> {
  let before = '{"data":[';
  for (let next = await items.next(); ; next = await items.next()) {
    if (next.done) {
      yield `${before.startsWith("{") ? before : ""}],${JSON.stringify(await rest(next.value)).slice(1)}`;
      return;
    }
    if (next.value.length === 0) continue;
    yield before + next.value.join(",");
    before = ",";
  }
}

const NEWLINE = new Uint8Array([0x0a]);

function json(c: Context<Env>, text: string): Response {
  return c.body(text, 200, { "content-type": "application/json" });
}

const tenantParameter = onlyParameters({ tenant_id: pageParameters.shape.tenant_id });

/** Open for fields to come: a reader ignores those it does not know. */
const event = eventInput
  .extend({
    id: z.string(),
    timestamp: z.string().meta({ format: "date-time", description: "When it happened, in UTC, to the millisecond." }),
    tenant_id: z.string().meta({ description: "The organization." }),
    outcome: z.enum(OUTCOMES),
    schema_version: z.number().int(),
    sequence: z.number().int().meta({ description: "Place in the organization, contiguous from 0." }),
    recorded_at: z.string().meta({ format: "date-time", description: "When the log took it." }),
    clock_at: z.string().optional().meta({
      format: "date-time",
      description: "What the server's clock showed, where that differs from `recorded_at` by more than a second.",
    }),
    context: context
      .extend({
        ip: z.string().optional().meta({ description: "An IPv4 or IPv6 address." }),
        ip_text: z.string().optional().meta({ description: "What was sent as `ip`, where that is not an address." }),
      })
      .optional(),
    source: z
      .object({ type: z.enum(SOURCE_TYPES), id: z.string().optional() })
      .meta({ description: "Who delivered it." }),
    leaf_hash: z.string().meta({ description: "hex(SHA-256(0x00 ‖ header))" }),
  })
  .loose()
  .meta({ id: "Event" });

const asJson = (schema: z.ZodType) => ({ content: { "application/json": { schema } } });
const shared = { method: "get" as const, tags: ["Events"], security: [{ key: [] }, { session: [] }] };
const failures = problems(400, 401, 403, 404, 429, 503);
const oneFailures = { ...failures, ...problems(500) };
const idParameter = z.object({ id: z.string().meta({ description: "The event's id." }) });

const pageDescription = {
  ...shared,
  path: "/v1/events",
  summary: "List events, newest first",
  description:
    "Ordered by timestamp, then sequence. Pages reached by `next_cursor` never skip or repeat while events arrive.",
  request: { query: pageParameters },
  responses: {
    200: {
      description: "One page",
      ...asJson(
        z.object({
          data: z.array(event),
          next_cursor: z.string().nullable(),
          total: z
            .object({ value: z.number().int(), relation: z.enum(["eq", "gte"]) })
            .meta({ description: "Exact to 10,000." }),
          indexed_through: z.string().meta({
            description: "A position: what was recorded later is not in the page. For `as_of` and `since`.",
            example: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:41999",
          }),
          new_ip: z
            .array(z.string())
            .optional()
            .meta({ description: "With `new_ip=true`: ids of events whose actor was not seen from there in 90 days." }),
          recorded_through: z.string().nullable().optional().meta({
            format: "date-time",
            description: "With `recorded_through=true`: null when nothing had been recorded yet.",
          }),
        }),
      ),
    },
    ...failures,
  },
};

const facetsDescription = {
  ...shared,
  path: "/v1/events/facets",
  summary: "Count a field's values",
  description:
    "Under the same filters but the field's own, most frequent first. `more` tells that there are further values.",
  request: { query: facetParameters },
  responses: {
    200: {
      description: "Values and counts",
      ...asJson(
        z.object({
          field: z.string(),
          values: z.array(
            z.object({
              value: z.string().optional().meta({ description: "Absent where `damaged` is true." }),
              count: z.number().int(),
              name: z.string().optional().meta({ description: "With `names=true`, where there is one." }),
              email: z.string().optional().meta({ description: "With `names=true`, where there is one." }),
              damaged: z
                .literal(true)
                .optional()
                .meta({ description: "The entry that would give the name is damaged." }),
              reason: z.enum(["log", "header", "body", "search"]).optional(),
            }),
          ),
          more: z.boolean(),
        }),
      ),
    },
    ...failures,
  },
};

const groupsDescription = {
  ...shared,
  path: "/v1/groups",
  summary: "Group events by user, resource or address",
  description:
    "Counts the matching events by what they have in common, most frequent first. A network is a /24 of IPv4 or a /64 of IPv6. Events that do not have it are in no group.",
  request: { query: groupParameters },
  responses: { 200: { description: "Groups", ...asJson(groupsAnswer) }, ...failures },
};

const histogramDescription = {
  ...shared,
  path: "/v1/events/histogram",
  summary: "Count events over time",
  description: "By action family. Buckets are contiguous; empty ones are there too.",
  request: { query: histogramParameters },
  responses: {
    200: {
      description: "Buckets",
      ...asJson(
        z.object({
          interval_ms: z.number().int(),
          buckets: z.array(z.object({ start: z.string(), counts: z.record(z.string(), z.number().int()) })),
        }),
      ),
    },
    ...failures,
  },
};

const eventDescription = {
  ...shared,
  path: "/v1/events/{id}",
  summary: "Read one event",
  request: { params: idParameter, query: tenantParameter },
  responses: { 200: { description: "The event", ...asJson(event) }, ...oneFailures },
};

const entryDescription = {
  ...shared,
  path: "/v1/events/{id}/entry",
  summary: "Read one event's entry",
  description: "Header line and body line, byte for byte as they stand in the log.",
  request: { params: idParameter, query: tenantParameter },
  responses: {
    200: { description: "The entry", content: { "application/x-ndjson": { schema: z.string() } } },
    ...oneFailures,
  },
};
