import { type JsonValue, VIEWER_SCOPES } from "@daybook/sdk";
import { filterFault, parseTimeOfDay, WEEKDAYS } from "@daybook/sdk/filters";
import { z } from "zod";
import { DaybookError } from "../errors.ts";
import { isTimeZone, organizationId } from "../event/index.ts";
import { PASSWORD_LENGTH_MAX, PASSWORD_LENGTH_MIN } from "./passwords.ts";
import { PERSONAL_IDS } from "./people-contract.ts";
import { SENSITIVE_ACTIONS_MAX } from "./sensitive-actions.ts";
import { VIEWER_TOKEN_MAX_MS } from "./viewer-token-contract.ts";
import { PLATFORM_ORGANIZATION, ROLES, SCOPES } from "./vocabulary.ts";

/**
 * What identity takes from people, programs and the command line alike. The HTTP API's description is generated from these.
 */

const text = z
  .string({ error: (issue) => (issue.input === undefined ? "is required" : "must be a string") })
  // A lone surrogate cannot be written as UTF-8, and PostgreSQL keeps no U+0000.
  .refine((value) => !/[\p{Surrogate}\0]/u.test(value), "must be valid Unicode without U+0000");

const length = (value: string) => [...value].length;

const name = text
  .trim()
  .refine((value) => value.length > 0, "must not be empty")
  .refine((value) => length(value) <= 200, "must be at most 200 characters");

const newOrganizationId = organizationId.refine(
  (id) => id !== PLATFORM_ORGANIZATION,
  `must not be "${PLATFORM_ORGANIZATION}": that is the platform itself`,
);

export const organization = z.strictObject({ id: newOrganizationId, name });

const email = text
  .trim()
  .toLowerCase()
  .max(254, "must be at most 254 characters")
  .pipe(z.email("must be an e-mail address"));

const newPassword = text
  .refine((value) => length(value) >= PASSWORD_LENGTH_MIN, `must be at least ${PASSWORD_LENGTH_MIN} characters`)
  .refine((value) => length(value) <= PASSWORD_LENGTH_MAX, `must be at most ${PASSWORD_LENGTH_MAX} characters`)
  .meta({ format: "password" });

const token = text.max(128, "must be at most 128 characters");
const owner = z.strictObject({ name, email, password: newPassword });

export const setUpInput = z.strictObject({ token, organization, owner });

/** As `setUpInput`, but an organization's id may be left to its name. */
export const setUpRequest = z
  .strictObject({
    token,
    organization: organization.partial({ id: true }),
    owner,
  })
  .meta({ id: "SetUp" });

export const organizationNaming = z.strictObject({ name });

function isActionOrFamily(value: string): boolean {
  return !value.startsWith("-") && filterFault({ filter: "action", exclude: false }, value) === undefined;
}

export const organizationChange = z
  .strictObject({
    name: name.optional(),
    time_zone: text
      .refine(isTimeZone, "must be an IANA time zone, such as Europe/Paris")
      .nullable()
      .optional()
      .meta({ description: "IANA name; null: each reader's own." }),
    personal_ids: z
      .enum(PERSONAL_IDS, { error: `must be one of ${PERSONAL_IDS.join(", ")}` })
      .optional()
      .meta({
        description: "What happens to events whose permanent fields look like an e-mail address or a phone number.",
      }),
    office_hours: text
      .refine(
        (value) => parseTimeOfDay(value) !== undefined,
        "must be weekdays and two times, such as mon-fri 08:00-18:00",
      )
      .nullable()
      .optional()
      .meta({ description: "As `time_of_day` takes them, in the organization's time zone; null: not set." }),
    review_due: z
      .enum(WEEKDAYS, { error: `must be one of ${WEEKDAYS.join(", ")}` })
      .nullable()
      .optional()
      .meta({ description: "The logs must be reviewed every week, by the end of this day; null: no reviews are due." }),
    sensitive_actions: z
      .array(text.refine(isActionOrFamily, "must be an action, or a family such as api_key.*"))
      .max(SENSITIVE_ACTIONS_MAX, `must be at most ${SENSITIVE_ACTIONS_MAX}`)
      .nullable()
      .optional()
      .meta({ description: "Actions and families that the page marks; null: the default." }),
  })
  .meta({ id: "OrganizationChange" });

const role = z.enum(ROLES, {
  error: (issue) => (issue.input === undefined ? "is required" : `must be one of ${ROLES.join(", ")}`),
});

export const roleChange = z.strictObject({ role });
export const newInvitation = z.strictObject({ email, role });
export const invitationToken = z.strictObject({ token });

/** A name and a password make a new person; whoever has an account accepts with the token alone. */
export const acceptanceInput = z
  .strictObject({ token, name: name.optional(), password: newPassword.optional() })
  .meta({ id: "Acceptance" });

/** Loose on purpose: what is not an address, too short for a password or no code is answered like a wrong one. */
const password = text
  .refine((value) => length(value) <= PASSWORD_LENGTH_MAX, `must be at most ${PASSWORD_LENGTH_MAX} characters`)
  .meta({ format: "password" });
const code = text.max(64, "must be at most 64 characters");

export const credentials = z
  .strictObject({
    email: text.trim().max(320, "must be at most 320 characters"),
    password,
    code: code.optional().meta({ description: "Of the second factor: six digits, or a recovery code." }),
  })
  .meta({ id: "Credentials" });

export const personNaming = z.strictObject({ name });
export const newPasswordInput = z.strictObject({ current_password: password, new_password: newPassword });
export const passwordAgain = z.strictObject({ password });
export const codeInput = z.strictObject({ code });

export const signInLink = z.strictObject({ token }).meta({ id: "SignInLink" });

const keyFields = {
  name,
  scopes: z
    .array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(", ")}` }), { error: "must be a list of scopes" })
    .min(1, "must name at least one scope")
    .refine((scopes) => new Set(scopes).size === scopes.length, "must not name a scope twice"),
};

export const newKey = z.strictObject(keyFields);

export const newKeyRequest = z
  .strictObject({
    organization: organizationId
      .optional()
      .meta({ description: `Default: the caller's own. \`${PLATFORM_ORGANIZATION}\` creates a key of the platform.` }),
    ...keyFields,
    expires_at: z.iso
      .datetime({ offset: true, error: "must be an RFC 3339 time" })
      .optional()
      .meta({ description: "Default: never." }),
  })
  .meta({ id: "NewKey" });

/**
 * Any JSON value, as deep as it may be: whoever knows the filters reads them. Not `z.json()`, which descends until the stack overflows.
 */
const unread = z.unknown() as z.ZodType<JsonValue>;

/** Who looks, as the host application names them: a snapshot for the events that tell of it. */
const viewer = z.strictObject({
  id: text.refine((value) => length(value) >= 1 && length(value) <= 256, "must be 1 to 256 characters"),
  name: name.optional(),
  email: text.max(254, "must be at most 254 characters").optional(),
});

export const viewerTokenRequest = z.strictObject({
  organization: organizationId,
  filter: z
    .record(z.string(), unread, { error: "must be an object of filters" })
    .optional()
    .meta({ description: "Filters of the list that the reader cannot remove." }),
  viewer: viewer.optional(),
  scopes: z
    .array(z.enum(VIEWER_SCOPES, { error: `must be ${VIEWER_SCOPES.join(" or ")}` }), {
      error: "must be a list of scopes",
    })
    .optional()
    .meta({
      description:
        "What the viewer can do besides reading. Needs `viewer`, no `filter`, and a key that has these scopes.",
    }),
  expires_in: z
    .int({ error: "must be a whole number of seconds" })
    .min(1, "must be from 1 to 600 seconds")
    .max(VIEWER_TOKEN_MAX_MS / 1000, "must be from 1 to 600 seconds")
    .optional()
    .meta({ description: "Seconds. Default: 600." }),
});

export const streamName = name;
export const alertName = name;

const savedView = {
  name,
  query: text.max(4096, "must be at most 4096 characters"),
  shared: z.boolean("must be true or false"),
};
export const newSavedView = z.strictObject({ ...savedView, shared: savedView.shared.optional() });
export const savedViewChange = z.strictObject(savedView).partial();

/** Whether it is one of the log's, only the log can say. */
const position = z
  .string({ error: (issue) => (issue.input === undefined ? "is required" : "must be a position") })
  .max(64, "must be a position");

export const reviewRequest = z.strictObject({
  as_of: position.meta({ description: "Up to which position: what the reviewer has seen." }),
  since: position.optional().meta({ description: "After which position; the `as_of` of the review before." }),
  filters: z.record(z.string(), unread, { error: "must be an object of filters" }).optional(),
  note: text.trim().max(4000, "must be at most 4000 characters").optional(),
  view: text
    .trim()
    .min(1, "must not be empty; leave it out instead")
    .max(200, "must be at most 200 characters")
    .optional()
    .meta({ description: "The name of the saved view that was reviewed, as it was then." }),
});

/** @throws DaybookError invalid_input with every fault at once, required fields first. */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), message: "is not a known field" }))
        : [{ pointer: pointerTo(issue.path), message: issue.message }],
    )
    .sort((a, b) => Number(b.message === "is required") - Number(a.message === "is required"));
  throw new DaybookError("invalid_input", "The input is not valid.", { errors });
}

/** RFC 6901. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
