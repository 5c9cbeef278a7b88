import {
  type Exclusion,
  FACET_FIELDS,
  type FacetField,
  FILTER_PARAMETERS,
  FILTER_VALUE_LENGTH_MAX,
  FILTER_VALUES_MAX,
  FILTERS,
  type Filters,
  filterFault,
  isRepeatable,
  meaningOf,
  type NamedFilter,
  type ParameterMeaning,
  type RepeatableFilter,
} from "@daybook/sdk/filters";
import { z } from "zod";
import { GROUP_KEYS, type PersonField } from "./query.ts";
import { BOUND_MAX, BOUND_MIN, boundInstant, isTimeZone } from "./range.ts";

/**
 * The query parameters of every call that reads events, as the texts they arrive as. Those that choose events come from the SDK's table
 * of filters. The API's description is generated from these very schemas; what they refuse is refused, nothing is clamped or ignored.
 */

const ONCE = "must be given once";
const REQUIRED = "is required";
const text = {
  error: ({ input }: { input?: unknown }) =>
    input === undefined ? REQUIRED : Array.isArray(input) ? ONCE : "must be a text",
};

/** An empty list would hold nothing back: in the fixed filter of a viewer token, the very opposite of what it looks like. */
const EMPTY = "must not be empty; leave it out instead";

/** A parameter that can be given once. */
export const single = (description: string, example: string) =>
  z.string(text).min(1, EMPTY).meta({ description, example });

/** One value of a filter. */
function filterValue(meaning: ParameterMeaning): z.ZodType<string, string> {
  return z.string(text).superRefine((value, context) => {
    const message = filterFault(meaning, value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

/** A filter's values, as a parameter that can be given several times or as a list. */
export function filterValues(meaning: ParameterMeaning): z.ZodType<string[]> {
  return z.preprocess(
    (value) => (typeof value === "string" ? [value] : value),
    z
      .array(filterValue(meaning))
      .min(1, EMPTY)
      .max(FILTER_VALUES_MAX, `must be given at most ${FILTER_VALUES_MAX} times`),
  );
}

function filterParameter(meaning: ParameterMeaning): z.ZodType<string | string[] | undefined> {
  const { description, example, ...definition } = FILTERS[meaning.filter];
  const words = [meaning.exclude ? "Leaves out: " : "", description, meaning.exclude ? NOT_EXCLUDED : ""].join("");
  const values =
    "values" in definition ? ` One of ${definition.values.map((value) => `\`${value}\``).join(", ")}.` : "";
  if (!isRepeatable(meaning))
    return filterValue(meaning)
      .meta({ description: words + values, example })
      .optional();
  return filterValues(meaning)
    .meta({ description: `${words}${values} Repeatable.`, example: [example] })
    .optional();
}

const NOT_EXCLUDED = " An event without it is not left out.";

/** What stands for a path in the names of the parameters of metadata, where they are described. */
const PATH = "<path>";

type Shape<Names extends NamedFilter | Exclusion> = {
  [Name in Names]: z.ZodType<(Name extends RepeatableFilter | Exclusion ? string[] : string) | undefined>;
};

/** What events are chosen by. */
const selection = Object.fromEntries(
  [...FILTER_PARAMETERS, `metadata.${PATH}`, `not_metadata.${PATH}`].map((name) => {
    const meaning = meaningOf(name);
    if (meaning === undefined) throw new Error(`${name} is not the parameter of a filter`);
    return [name, filterParameter(meaning)];
  }),
  // Each name has the schema of its own filter.
) as Shape<NamedFilter | Exclusion>;

/** Whether a schema takes filters, and so a parameter for each path of metadata. */
export function takesMetadata(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject && `metadata.${PATH}` in schema.shape;
}

/** A whole number in decimal digits, and nothing else that a number can be read from. */
export function integer(min: number, max: number, description: string, example: string) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  return z
    .string(text)
    .refine((text) => /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `must be a whole number ${range}`,
    })
    .transform(Number)
    .meta({ description, example });
}

/** What it means depends on who reads; whether it is a position at all is found where that is known. */
const position = (description: string) => single(description, "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21:41999");

function bound(side: "start" | "end", description: string, example: string) {
  return z
    .string(text)
    .superRefine((text, context) => {
      const instant = boundInstant(text, "UTC", side);
      if (instant === undefined) {
        context.addIssue({
          code: "custom",
          message: "must be an RFC 3339 timestamp with an offset, or a date such as 2026-01-31",
        });
      } else if (instant < BOUND_MIN || instant > BOUND_MAX) {
        context.addIssue({ code: "custom", message: "must be in the years 1970 to 2199" });
      }
    })
    .meta({ description, example });
}

function flag(description: string) {
  return z
    .enum(["true", "false"], { error: (issue) => (Array.isArray(issue.input) ? ONCE : "must be true or false") })
    .transform((text) => text === "true")
    .meta({ description, example: "true" });
}

const timeZone = single("IANA time zone of days, `time_of_day` and `weekday`. Default: UTC.", "Europe/Paris")
  .refine(isTimeZone, "must be an IANA time zone, such as Europe/Paris")
  .optional();

const filters = {
  tenant_id: single("The organization whose events are read.", "acme").optional(),
  ...selection,
  start: bound(
    "start",
    "From this instant (RFC 3339) or the beginning of this day on. Default: `end`, or now, less 30 days; with `request_id`, `session_id`, `trace_id` or `sequence`, the whole log.",
    "2026-01-01",
  ).optional(),
  end: bound(
    "end",
    "Before this instant (RFC 3339), or up to and including this day. Default: open.",
    "2026-01-31",
  ).optional(),
  tz: timeZone,
  as_of: position("A position: only what was recorded up to it.").optional(),
  since: position("A position: only what was recorded after it.").optional(),
};

const order = z
  .enum(["desc", "asc"], { error: (issue) => (Array.isArray(issue.input) ? ONCE : "must be asc or desc") })
  .meta({ description: "`asc`: the oldest first. Default: `desc`, the newest first.", example: "asc" })
  .optional();

/** What is said of a parameter that a call does not have. */
export const UNKNOWN = "is not a parameter of this call";

const unknown = {
  error: (issue: { code?: string }) => (issue.code === "unrecognized_keys" ? UNKNOWN : undefined),
};

export const LIMIT_DEFAULT = 50;
export const BUCKETS_DEFAULT = 60;

export const pageParameters = z.strictObject(
  {
    ...filters,
    order,
    limit: integer(1, 1000, "Events a page.", "50").optional(),
    cursor: single(
      "`next_cursor` of the page before. Filters must be the same; the limit may change.",
      "WzEsIj…",
    ).optional(),
    new_ip: flag(
      "Also list the events of this page whose actor was not seen from that address in the 90 days before.",
    ).optional(),
    recorded_through: flag(
      "Also return when the newest event up to this page's position was recorded, whatever the filters.",
    ).optional(),
  },
  unknown,
);

const { as_of: _asOf, since: _since, ...everything } = filters;
/** From where on is decided by `Last-Event-ID`. */
export const liveParameters = z.strictObject(
  {
    ...everything,
    new_ip: flag(
      "Also list, before they are sent, the events whose actor was not seen from that address in the 90 days before.",
    ).optional(),
  },
  unknown,
);

/** People that one answer names, at most: each name is read from the log. */
export const NAMES_MAX = 100;

export const facetParameters = z
  .strictObject(
    {
      ...filters,
      field: z
        .enum(FACET_FIELDS, { error: ({ input }) => fault(input, `must be one of ${FACET_FIELDS.join(", ")}`) })
        .meta({ description: "The field whose values are counted.", example: "action" }),
      names: flag(
        "For `actor_id` and `on_behalf_of`: also return a name and an e-mail for each value, from the newest matching event that has one.",
      ).optional(),
      find: single("With `names=true`: only values whose id, name or e-mail holds this text, whatever the case.", "ada")
        .max(FILTER_VALUE_LENGTH_MAX, `must be at most ${FILTER_VALUE_LENGTH_MAX} characters`)
        .optional(),
      limit: integer(1, NAMES_MAX, `With \`names=true\`: values, at most. Default: ${NAMES_MAX}.`, "20").optional(),
    },
    unknown,
  )
  .superRefine(({ field, names = false, find, limit }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (names && !isPersonField(field)) fault("names", "can be true only for actor_id and on_behalf_of");
    if (!names && find !== undefined) fault("find", "needs names=true");
    if (!names && limit !== undefined) fault("limit", "needs names=true");
  });

export function isPersonField(field: FacetField): field is PersonField {
  return field === "actor_id" || field === "on_behalf_of";
}

const GROUP_NAMES = GROUP_KEYS.join(", ");
export const groupParameters = z.strictObject(
  {
    ...filters,
    by: z
      .enum(GROUP_KEYS, { error: ({ input }) => fault(input, `must be one of ${GROUP_NAMES}`) })
      .meta({ description: "What the events of a group have in common.", example: "network" }),
    limit: integer(1, NAMES_MAX, `Groups, at most. Default: ${NAMES_MAX}.`, "20").optional(),
  },
  unknown,
);

export const histogramParameters = z.strictObject(
  { ...filters, buckets: integer(1, 500, "Intervals that the range is cut into, at most.", "60").optional() },
  unknown,
);

export const exportParameters = z
  .strictObject(
    {
      ...filters,
      order,
      format: z
        .enum(["csv", "ndjson"], { error: (issue) => (Array.isArray(issue.input) ? ONCE : "must be csv or ndjson") })
        .meta({ description: "What a row is written as.", example: "csv" }),
      bom: flag("CSV: begin with a byte order mark, which Excel needs to read UTF-8. Default: false.").optional(),
      proof: z
        .enum(["0", "1"], { error: (issue) => (Array.isArray(issue.input) ? ONCE : "must be 0 or 1") })
        .transform((text) => text === "1")
        .meta({
          description:
            "1: with proof. NDJSON becomes a bundle, which verifies offline; the SHA-256 of a CSV file is recorded, for `/v1/exports/{id}`. Default: 0.",
          example: "1",
        })
        .optional(),
      raw: flag(
        "CSV: do not put a ' before cells that a spreadsheet would run as a formula. Default: false.",
      ).optional(),
    },
    unknown,
  )
  .superRefine(({ format, bom, raw, proof = false, order }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (format === "csv") return;
    if (bom !== undefined) fault("bom", "needs format=csv");
    if (raw !== undefined) fault("raw", "needs format=csv");
    if (proof && order !== undefined) fault("order", "cannot be chosen for a bundle, which is in sequence order");
  });

const { first_seen: _firstSeen, ...fixable } = selection;
/**
 * The fixed filter of a viewer token, as JSON: the same values, a repeatable one as a list. Without what an event by itself does not
 * show, because each event is compared with it on its own.
 */
export const fixedFilter = z.strictObject(
  { ...fixable, tz: timeZone },
  { error: (issue) => (issue.code === "unrecognized_keys" ? "cannot be used here" : undefined) },
);

/** What a review was of: the filters of the page, as JSON. */
export const reviewedFilter = z.strictObject(
  { ...selection, start: filters.start, end: filters.end, tz: timeZone },
  { error: (issue) => (issue.code === "unrecognized_keys" ? "is not a filter" : undefined) },
);

export type SelectionParameters = Filters;
export type FilterParameters = Filters & {
  readonly [Name in Exclude<keyof typeof filters, keyof Filters>]?: z.output<(typeof filters)[Name]>;
};

/** The names of what narrows a reading down besides filters, in their order. */
export const BOUND_NAMES = [
  "start",
  "end",
  "tz",
  "as_of",
  "since",
] as const satisfies readonly (keyof FilterParameters)[];

function fault(input: unknown, message: string): string {
  if (input === undefined) return REQUIRED;
  return Array.isArray(input) ? ONCE : message;
}
