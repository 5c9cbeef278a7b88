import { z } from "@hono/zod-openapi";
import {
  BUCKETS_DEFAULT,
  facetParameters,
  histogramParameters,
  isPersonField,
  NAMES_MAX,
  pageParameters,
} from "../query/index.ts";
import { lookUp, type PageEnd, resolveQuery } from "../read/index.ts";
import { cosignedHead, json, time } from "./answers.ts";
import { DAMAGE_REASONS, itemAnswer } from "./event-answer.ts";
import { eventsCall, lookOf, type ReadParts, readableHead } from "./events-call.ts";
import type { Parts } from "./parts.ts";
import type { Api } from "./route.ts";
import { timesById } from "./times-by-id.ts";

/** Reading events: pages, facets, histogram. All take the same filters. */
export function readRoutes(api: Api, parts: ReadParts & Pick<Parts, "witnesses">): void {
  pageRoute(api, parts);
  facetsRoute(api, parts);
  histogramRoute(api, parts);
}

const total = z
  .object({ value: z.number().int(), relation: z.enum(["eq", "gte"]) })
  .meta({ id: "Total", description: "Exact to 10,000." });

const page = z
  .object({
    data: z.array(itemAnswer),
    next_cursor: z.string().nullable(),
    total,
    indexed_through: z.string().meta({
      description: "A position: what was recorded later is not in the page. For `as_of` and `since`.",
      example: "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:41999",
    }),
    new_ip: z
      .array(z.string())
      .optional()
      .meta({ description: "With `new_ip=true`: ids of events whose actor was not seen from there in 90 days." }),
    first_seen: z.record(z.string(), time).optional().meta({
      description:
        "With `new_ip=true`: ids of events from the actor's first 24 hours at that address, and when the actor was first recorded there.",
    }),
    recorded_through: time
      .nullable()
      .optional()
      .meta({ description: "With `recorded_through=true`: null when nothing had been recorded yet." }),
    checkpoint: cosignedHead,
  })
  .meta({ id: "EventsPage" });

function pageRoute(api: Api, parts: ReadParts & Pick<Parts, "witnesses">): void {
  const { reader, witnesses } = parts;
  api.route(
    {
      ...eventsCall,
      path: "/v1/events",
      summary: "List events, newest first",
      description:
        "Ordered by timestamp, then sequence. Pages reached by `next_cursor` never skip or repeat while events arrive.",
      query: pageParameters,
      answers: { 200: json("One page", page) },
    },
    async (call) => {
      const { by, query: parameters } = call;
      const events = reader.page(parameters, await lookUp(parts, lookOf(call)));
      const rest = (end: PageEnd) => {
        const head = readableHead(witnesses, by);
        return { ...describeEnd(end, parameters), ...(head !== undefined && { checkpoint: head }) };
      };
      return [200, pageText(events, rest)];
    },
  );
}

function describeEnd(end: PageEnd, { recorded_through }: { recorded_through?: boolean | undefined }) {
  const { next = null, total, indexedThrough, recordedThrough, newAddresses, firstSightings } = end;
  return {
    next_cursor: next,
    total,
    indexed_through: indexedThrough,
    ...(newAddresses && { new_ip: [...newAddresses] }),
    ...(firstSightings && { first_seen: timesById(firstSightings) }),
    ...(recorded_through && {
      recorded_through: recordedThrough === undefined ? null : new Date(recordedThrough).toISOString(),
    }),
  };
}

/** A page's JSON text. @param rest its members beside the events. */
async function* pageText(
  items: AsyncGenerator<readonly string[], PageEnd>,
  rest: (end: PageEnd) => object,
): AsyncGenerator<string> {
  let before = '{"data":[';
  for (let next = await items.next(); ; next = await items.next()) {
    if (next.done) {
      yield `${before.startsWith("{") ? before : ""}],${JSON.stringify(rest(next.value)).slice(1)}`;
      return;
    }
    if (next.value.length === 0) continue;
    yield before + next.value.join(",");
    before = ",";
  }
}

const facets = z
  .object({
    field: z.string(),
    values: z.array(
      z.object({
        value: z.string().optional().meta({ description: "Absent where `damaged` is true." }),
        count: z.number().int(),
        name: z.string().optional().meta({ description: "With `names=true`, where there is one." }),
        email: z.string().optional().meta({ description: "With `names=true`, where there is one." }),
        damaged: z.literal(true).optional().meta({ description: "The entry that would give the name is damaged." }),
        reason: z.enum(DAMAGE_REASONS).optional(),
      }),
    ),
    more: z.boolean(),
  })
  .meta({ id: "Facets" });

function facetsRoute(api: Api, parts: ReadParts): void {
  const { search, reader } = parts;
  api.route(
    {
      ...eventsCall,
      path: "/v1/events/facets",
      summary: "Count a field's values",
      description:
        "All filters apply except those of the field itself. Most frequent first. `more` is true if there are more values.",
      query: facetParameters,
      answers: { 200: json("Values and counts", facets) },
    },
    async (call) => {
      const { field, names, find, limit = NAMES_MAX } = call.query;
      const query = resolveQuery(call.query, await lookUp(parts, lookOf(call)));
      const { values, more } =
        names && isPersonField(field)
          ? await reader.people(query, { field, find, limit })
          : await search.facets(query, field);
      return [200, { field, values, more }];
    },
  );
}

const histogram = z
  .object({
    interval_ms: z.number().int(),
    buckets: z.array(
      z.object({
        start: z.string(),
        counts: z.record(z.string(), z.number().int()),
        failures: z.number().int().meta({ description: "Those of them that failed or were denied." }),
      }),
    ),
  })
  .meta({ id: "Histogram" });

function histogramRoute(api: Api, parts: ReadParts): void {
  api.route(
    {
      ...eventsCall,
      path: "/v1/events/histogram",
      summary: "Count events over time",
      description: "By action family. Buckets are contiguous; empty ones are there too.",
      query: histogramParameters,
      answers: { 200: json("Buckets", histogram) },
    },
    async (call) => {
      const query = resolveQuery(call.query, await lookUp(parts, lookOf(call)));
      const { intervalMs, buckets } = await parts.search.histogram(query, call.query.buckets ?? BUCKETS_DEFAULT);
      return [
        200,
        {
          interval_ms: intervalMs,
          buckets: buckets.map(({ start, ...counted }) => ({ start: new Date(start).toISOString(), ...counted })),
        },
      ];
    },
  );
}
