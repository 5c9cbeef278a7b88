import { OUTCOMES } from "@daybook/sdk";
import { z } from "zod";
import { FACET_FIELDS } from "./contract.ts";
import { isAddressOrRange } from "./ip.ts";
import { BOUND_MAX, BOUND_MIN, boundInstant, isTimeZone } from "./range.ts";

/**
 * The query parameters of every call that reads events, as the texts they arrive as. The API's description is generated from these
 * very schemas; what they refuse is refused, nothing is clamped or ignored.
 */

const ONCE = "must be given once";
const text = { error: (issue: { input?: unknown }) => (Array.isArray(issue.input) ? ONCE : "must be a text") };

/** An empty list would hold nothing back: in the fixed filter of a viewer token, the very opposite of what it looks like. */
const EMPTY = "must not be empty; leave it out instead";
const notEmpty = z
  .string(text)
  .min(1, EMPTY)
  // A fixed filter and a review's are JSON, which can hold what is no text and cannot be recorded.
  .refine((value) => !/\p{Surrogate}/u.test(value), "must be valid Unicode");

/** A parameter that may be given once. */
const single = (description: string, example: string) => notEmpty.meta({ description, example });

/** A parameter that may be given several times. */
function repeatable<T extends z.ZodType<string, string>>(item: T, description: string, example: string[]) {
  return z
    .preprocess((value) => (typeof value === "string" ? [value] : value), z.array(item).min(1, EMPTY))
    .meta({ description, example });
}

/** Values of one parameter that exclude, at most: each is held against every event of the range. */
const EXCLUDED_MAX = 100;

/** A parameter that excludes, each time it is given. */
function excluded<T extends z.ZodType<string, string>>(item: T, description: string, example: string[]) {
  return z
    .preprocess(
      (value) => (typeof value === "string" ? [value] : value),
      z.array(item).min(1, EMPTY).max(EXCLUDED_MAX, `must be given at most ${EXCLUDED_MAX} times`),
    )
    .meta({ description: `${description} An event without one is not excluded.`, example });
}

function integer(min: number, max: number, description: string, example: string) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  return z
    .string({ error: ONCE })
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
    .string({ error: ONCE })
    .superRefine((text, context) => {
      const instant = boundInstant(text, "UTC", side);
      if (instant === undefined) {
        context.addIssue({
          code: "custom",
          message: "must be an RFC 3339 timestamp with an offset, or a date such as 2026-01-31",
        });
      } else if (instant < BOUND_MIN || instant > BOUND_MAX) {
        context.addIssue({ code: "custom", message: "must lie in the years 1970 to 2199" });
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

const NO_ADDRESS = "must be an IPv4 or IPv6 address or CIDR range";
const outcome = z.enum(OUTCOMES, { error: `must be one of ${OUTCOMES.join(", ")}` }) as z.ZodType<string, string>;

/** What events are chosen by; a viewer token fixes some of these. */
const selection = {
  action: repeatable(
    z
      .string()
      .regex(
        /^-?[A-Za-z0-9_.:-]{1,128}(\.\*)?$/,
        "must be an action, or a family such as api_key.*; a leading - excludes",
      ),
    "An action, or a family such as `api_key.*`; a leading `-` excludes. Includes are OR'ed, then excludes apply.",
    ["api_key.*", "-api_key.delete"],
  ).optional(),
  resource_type: single("Resource types that equal this or begin with it; case does not matter.", "api").optional(),
  resource_id: single("Exactly this resource.", "key_8f2").optional(),
  q: single("Text that occurs in the description or the resource id; case does not matter.", "production").optional(),
  actor_id: single("Exactly this actor.", "user_42").optional(),
  role: single("Exactly this role of the actor.", "admin").optional(),
  ip: single("An IPv4 or IPv6 address, or a CIDR range.", "203.0.113.0/24")
    .refine(isAddressOrRange, NO_ADDRESS)
    .optional(),
  outcome: repeatable(outcome, "Any of these outcomes.", ["failure", "denied"]).optional(),
  request_id: single("Exactly this request.", "req_01").optional(),
  session_id: single("Exactly this session.", "ses_01").optional(),
  not_resource_type: excluded(notEmpty, "Not this resource type, whole; case does not matter.", ["session"]).optional(),
  not_resource_id: excluded(notEmpty, "Not this resource.", ["key_8f2"]).optional(),
  not_actor_id: excluded(notEmpty, "Not this actor.", ["user_42", "svc_ci"]).optional(),
  not_role: excluded(notEmpty, "Not this role of the actor.", ["service"]).optional(),
  not_ip: excluded(notEmpty.refine(isAddressOrRange, NO_ADDRESS), "Not this address or CIDR range.", [
    "10.0.0.0/8",
  ]).optional(),
  not_outcome: excluded(outcome, "Not this outcome.", ["success"]).optional(),
  not_request_id: excluded(notEmpty, "Not this request.", ["req_01"]).optional(),
  not_session_id: excluded(notEmpty, "Not this session.", ["ses_01"]).optional(),
};

const filters = {
  tenant_id: single("The organization whose events are read.", "acme").optional(),
  ...selection,
  start: bound(
    "start",
    "From this instant (RFC 3339) or the beginning of this day on. Default: `end`, or now, less 30 days.",
    "2026-01-01",
  ).optional(),
  end: bound(
    "end",
    "Before this instant (RFC 3339), or up to and including this day. Default: open.",
    "2026-01-31",
  ).optional(),
  tz: single("IANA time zone in which days begin. Default: UTC.", "Europe/Paris")
    .refine(isTimeZone, "must be an IANA time zone, such as Europe/Paris")
    .optional(),
  as_of: position("A position: only what was recorded up to it.").optional(),
  since: position("A position: only what was recorded after it.").optional(),
};

/** The names of what narrows a reading down, in their order. */
export const FILTER_NAMES = Object.keys(filters).filter((name) => name !== "tenant_id") as Exclude<
  keyof typeof filters,
  "tenant_id"
>[];

const unknown = {
  error: (issue: { code?: string }) => (issue.code === "unrecognized_keys" ? "is not a parameter here" : undefined),
};

export const LIMIT_DEFAULT = 50;
export const BUCKETS_DEFAULT = 60;

export const pageParameters = z.strictObject(
  {
    ...filters,
    limit: integer(1, 1000, "Events a page.", "50").optional(),
    cursor: single(
      "`next_cursor` of the page before. Filters must be the same; the limit may change.",
      "WzEsIj…",
    ).optional(),
    new_ip: flag(
      "Also name the events of this page whose actor was not seen from that address in the 90 days before.",
    ).optional(),
    recorded_through: flag(
      "Also tell when the newest event was recorded of all that you may see as of this page's position, whatever the filters.",
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
      "Also name, before they come, the events whose actor was not seen from that address in the 90 days before.",
    ).optional(),
  },
  unknown,
);

export const facetParameters = z.strictObject(
  {
    ...filters,
    field: z
      .enum(FACET_FIELDS, { error: (issue) => fieldFault(issue.input) })
      .meta({ description: "The field whose values are counted.", example: "action" }),
  },
  unknown,
);

export const histogramParameters = z.strictObject(
  { ...filters, buckets: integer(1, 500, "Intervals that the range is cut into, at most.", "60").optional() },
  unknown,
);

export const exportParameters = z.strictObject(
  {
    ...filters,
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
    raw: flag("CSV: do not put a ' before cells that a spreadsheet would run as a formula. Default: false.").optional(),
  },
  unknown,
);

/** The fixed filter of a viewer token, as JSON: the same values, a repeatable one as a list. */
export const fixedFilter = z.strictObject(selection, {
  error: (issue) => (issue.code === "unrecognized_keys" ? "is not a filter that can be fixed" : undefined),
});

/** What a review was of: the filters of the page, as JSON. */
export const reviewedFilter = z.strictObject(
  { ...selection, start: filters.start, end: filters.end, tz: filters.tz },
  { error: (issue) => (issue.code === "unrecognized_keys" ? "is not a filter" : undefined) },
);

export type SelectionParameters = z.output<typeof fixedFilter>;
export type FilterParameters = z.output<z.ZodObject<typeof filters>>;

function fieldFault(input: unknown): string {
  if (input === undefined) return "is required";
  return Array.isArray(input) ? ONCE : `must be one of ${FACET_FIELDS.join(", ")}`;
}
