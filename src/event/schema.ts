import { ACTOR_TYPES, OUTCOMES } from "@daybook/sdk";
import { z } from "zod";
import { ALIASES } from "./aliases.ts";

/**
 * What an event must look like, once its flat aliases are in their nested fields. The API's description is generated from
 * these very schemas. Unknown fields are refused, never dropped: what a caller cares about belongs under `metadata`.
 */

/** Says what is missing before it says what is wrong. */
const required = (what: string) => (issue: { input?: unknown }) =>
  issue.input === undefined ? "is required" : `must be ${what}`;

const text = (what = "a string") => z.string({ error: required(what) });
const named = (max: number) => text().min(1, "must not be empty").max(max, `must be at most ${max} characters`);

export const EVENT_ID = /^(?!\.{1,2}$)[A-Za-z0-9._:-]{1,128}$/;

export const eventId = text()
  .regex(EVENT_ID, "must be 1 to 128 of A-Z a-z 0-9 . _ : - and not . or ..")
  .refine((id) => !RESERVED_IDS.has(id), "is a reserved word");

/** These are paths below /v1/events, so no event can have them as its id. */
export const RESERVED_IDS: ReadonlySet<string> = new Set(["export", "facets", "histogram", "live"]);

/** URLs contain it: a browser or proxy would resolve `.` and `..` away. */
export const ORGANIZATION_ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/;

export const organizationId = text().regex(ORGANIZATION_ID, "must be 1 to 128 of A-Z a-z 0-9 . _ - and not . or ..");

/** In filters a leading `-` excludes, so no action begins with one. */
export const ACTION = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/;

const actionName = text().regex(ACTION, "must be 1 to 128 of A-Z a-z 0-9 _ . : - and begin with a letter or digit");

/** Characters of a resource's type and of a role. */
export const WORD_LENGTH_MAX = 128;

export const resource = z.strictObject(
  { type: named(WORD_LENGTH_MAX), id: text().optional(), name: text().optional() },
  { error: strict("an object") },
);

const actorType = z.enum(ACTOR_TYPES, { error: required(`one of ${ACTOR_TYPES.join(", ")}`) });
const role = text().max(WORD_LENGTH_MAX, `must be at most ${WORD_LENGTH_MAX} characters`);

const onBehalfOf = z
  .strictObject(
    { type: actorType, id: text(), name: text().optional(), email: text().optional(), role: role.optional() },
    { error: strict("an object") },
  )
  .meta({ description: "Whose authority the actor used: whom an agent or a support person acts for." });

const actor = z.strictObject(
  {
    type: actorType,
    id: text().optional(),
    name: text().optional(),
    email: text().optional(),
    role: role.optional(),
    on_behalf_of: onBehalfOf.optional(),
  },
  { error: strict("an object") },
);

export const context = z.strictObject(
  {
    ip: text().optional().meta({
      description:
        "An IPv4 or IPv6 address. Ports, brackets and zones are removed; what is not an address is stored as `ip_text`. Both give a warning.",
    }),
    user_agent: text().optional(),
    request_id: text().optional(),
    session_id: text().optional(),
    trace_id: text().optional(),
  },
  { error: strict("an object") },
);

export const change = z.strictObject(
  { path: text(), before: z.unknown().optional(), after: z.unknown().optional() },
  { error: strict("an object with path, before and after") },
);

export const eventInput = z.strictObject(
  {
    id: eventId
      .optional()
      .meta({ description: "Identity for retries; a UUIDv7 is recommended. Made by the server if absent." }),
    timestamp: text("an RFC 3339 timestamp")
      .optional()
      .meta({ format: "date-time", description: "When it happened. Default: now." }),
    tenant_id: organizationId.optional().meta({ description: "The organization. Required with a platform key." }),
    action: actionName.meta({ example: "api_key.create" }),
    outcome: z.enum(OUTCOMES, { error: required(`one of ${OUTCOMES.join(", ")}`) }).optional(),
    actor,
    resource,
    targets: z.array(resource, { error: required("an array of resources") }).optional(),
    description: text().optional().meta({ description: "One human sentence." }),
    context: context.optional(),
    changes: z.array(change, { error: required("an array of changes") }).optional(),
    metadata: z.looseObject({}, { error: required("a JSON object") }).optional(),
  },
  { error: strict("an object") },
);

/** The same as it may be sent, for the API's description: with flat names, which spare the nested field. */
export const sentEvent = eventInput
  .extend({
    actor: actor.partial({ type: true }).optional().meta({ description: "`type` is required, or `user_id` is there." }),
    resource: resource
      .partial({ type: true })
      .optional()
      .meta({ description: "`type` or `resource_type` is required." }),
    ...Object.fromEntries(
      Object.entries(ALIASES).map(([name, path]) => [
        name,
        z
          .string()
          .optional()
          .meta({ description: `Another name of \`${path.join(".")}\`.` }),
      ]),
    ),
  })
  .meta({ id: "EventInput" });

/** The same, with lists whose elements have yet to be looked at. */
export const wholeEvent = eventInput.extend({
  targets: z.array(z.unknown(), { error: required("an array of resources") }).optional(),
  changes: z.array(z.unknown(), { error: required("an array of changes") }).optional(),
});

export type ParsedInput = z.infer<typeof eventInput>;

function strict(what: string) {
  return (issue: { code?: string; input?: unknown }) => {
    if (issue.code === "unrecognized_keys") return "is not a known field; put your own fields into metadata";
    return issue.input === undefined ? "is required" : `must be ${what}`;
  };
}
