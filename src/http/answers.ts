import { WEEKDAYS } from "@daybook/sdk/filters";
import { z } from "@hono/zod-openapi";
import { PERMISSIONS, ROLES } from "../identity/index.ts";

/** What a call answers with one status, as it declares it. */
export interface Answer {
  readonly description: string;
  readonly headers?: z.ZodObject;
  readonly content?: { readonly [mediaType: string]: { readonly schema: z.ZodType } };
}

export function json<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } } satisfies Answer;
}

/** A status without a body. */
export function nothing(description: string) {
  return { description } satisfies Answer;
}

export function text(description: string) {
  return { description, content: { "text/plain": { schema: z.string() } } } satisfies Answer;
}

/** Bytes that are not text: OpenAPI calls them binary. */
export function octets(description: string) {
  const schema = z.string().meta({ format: "binary" });
  return { description, content: { "application/octet-stream": { schema } } } satisfies Answer;
}

/** Text in one of these media types. */
export function file(description: string, ...mediaTypes: readonly string[]) {
  return { description, content: Object.fromEntries(mediaTypes.map((type) => [type, { schema: z.string() }])) };
}

/** Values that several answers hold. */
export const time = z.string().meta({ format: "date-time" });
/** One for a whole answer. */
export const cosignedHead = z.string().optional().meta({
  description:
    "The organization's newest checkpoint that every witness has cosigned, as a signed note; absent without a witness. Keep it: with it, you can detect a changed log. A later checkpoint covers the newest events.",
});
/** Who did something, as the actor of its event. */
export const actor = z.looseObject({
  type: z.string(),
  id: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
});
export const role = z.enum(ROLES).meta({ id: "Role" });
/** Of an organization: what its reviews go by. */
export const reviewing = {
  office_hours: z
    .string()
    .nullable()
    .meta({ description: "As `time_of_day` takes them, in the organization's time zone; null: not set." }),
  review_due: z
    .enum(WEEKDAYS)
    .nullable()
    .meta({ description: "The logs must be reviewed every week, by the end of this day; null: no reviews are due." }),
};
export const permission = z.enum(PERMISSIONS).meta({ id: "Permission" });
