import type { JsonValue } from "@daybook/sdk";
import { WEEKDAYS } from "@daybook/sdk/filters";
import { z } from "zod";
import { alertName } from "../identity/index.ts";
import { httpUrl } from "../streams/index.ts";
import { GROUPINGS, type Novelty } from "./groupings.ts";

/** What an alert fires for, and who is notified. */

const whole = (error: string, from: number, to: number) => z.int({ error }).min(from, error).max(to, error);

const grouping = <Name extends Novelty>(names: readonly [Name, ...Name[]]) =>
  z.enum(names, { error: `must be one of ${names.join(", ")}` });

const conditionTypes = {
  match: z.strictObject({ type: z.literal("match") }),
  threshold: z.strictObject({
    type: z.literal("threshold"),
    count: whole("must be from 2 to 1000", 2, 1000).meta({ description: "This many matches…" }),
    minutes: whole("must be from 1 to 1440", 1, 1440).meta({ description: "…within this many minutes." }),
    by: grouping(GROUPINGS)
      .optional()
      .meta({ description: "Counted for each of these. Default: all matches together." }),
  }),
  new_value: z.strictObject({
    type: z.literal("new_value"),
    of: grouping(["user", "address", "network", "country", "resource", "action"]).meta({
      description:
        "What was not seen in the 90 days before. `country`: from the operator's address databases. If they do not know the country, the network counts.",
    }),
    per: grouping(["user", "organization"])
      .optional()
      .meta({ description: "`user`: not seen of this user. Default: not seen of anybody." }),
    after_failures: whole("must be from 0 to 100", 0, 100)
      .default(0)
      .meta({ description: "Only after this many matching events of that user failed within an hour." }),
  }),
  silence: z.strictObject({
    type: z.literal("silence"),
    minutes: whole("must be from 1 to 43200", 1, 43_200).meta({
      description: "No event has matched for this many minutes.",
    }),
    by: grouping(["user", "action", "resource", "key", "organization"])
      .optional()
      .meta({ description: "Watches each of these values by itself. Default: all matches together." }),
    source: z
      .enum(["any", "api_key"], { error: "must be any or api_key" })
      .default("any")
      .meta({ description: "`api_key`: only what keys deliver counts." }),
  }),
  report: z.strictObject({
    type: z.literal("report"),
    weekday: z.enum(WEEKDAYS, { error: `must be one of ${WEEKDAYS.join(", ")}` }).default("mon"),
    hour: whole("must be from 0 to 23", 0, 23).default(8).meta({ description: "In the organization's time zone." }),
  }),
} as const;

const TYPES = Object.keys(conditionTypes) as (keyof typeof conditionTypes)[];

/** What an alert fires for. */
export const condition = z
  .discriminatedUnion("type", Object.values(conditionTypes) as never, {
    error: (issue) => (issue.code === "invalid_union" ? `must be one of ${TYPES.join(", ")}` : undefined),
  })
  .meta({ id: "AlertCondition" }) as unknown as z.ZodType<Condition>;

export type Condition = {
  [Type in keyof typeof conditionTypes]: z.output<(typeof conditionTypes)[Type]>;
}[keyof typeof conditionTypes];
export type ConditionOf<Type extends Condition["type"]> = Extract<Condition, { type: Type }>;

const email = z
  .email({ error: "must be an e-mail address", pattern: z.regexes.html5Email })
  .max(254, "must be at most 254 characters");

const deliver = z.strictObject({
  email: z
    .array(email, { error: "must be a list of e-mail addresses" })
    .max(10, "must be at most 10 addresses")
    .default([])
    .meta({ description: "Who gets an e-mail." }),
  webhook: z
    .strictObject({ url: httpUrl })
    .nullable()
    .default(null)
    .meta({ description: "The URL that is called. Requests are signed as Standard Webhooks says." }),
  when: z
    .enum(["at_once", "hourly", "daily"], { error: "must be at_once, hourly or daily" })
    .default("at_once")
    .meta({ description: "`hourly`, `daily`: everything of that time in one message." }),
});

export type DeliverySettings = z.output<typeof deliver>;

const fields = {
  name: alertName,
  enabled: z.boolean("must be true or false"),
  filter: z.record(z.string(), z.unknown(), { error: "must be an object of filters" }).meta({
    description: "Only events that match count. The same filters as in a viewer token.",
  }) as unknown as z.ZodType<{ readonly [name: string]: JsonValue }>,
  organizations: z
    .enum(["own", "all"], { error: "must be own or all" })
    .meta({ description: "`all`: every organization's events, for alerts of the platform." }),
  muted_until: z.iso
    .datetime({ offset: true, error: "must be an RFC 3339 time" })
    .nullable()
    .meta({ description: "Until this time it fires, but nobody is notified." }),
};

/** What is watched: a preview needs no more. */
export const watched = z.strictObject({
  condition,
  filter: fields.filter.default({}),
  organizations: fields.organizations.default("own"),
});

export type Watched = z.output<typeof watched>;

export const newAlert = watched
  .extend({ name: fields.name, deliver: deliver.prefault({}), enabled: fields.enabled.default(true) })
  .meta({ id: "NewAlert" });

export type NewAlert = z.output<typeof newAlert>;

export const alertChange = z
  .strictObject({
    name: fields.name,
    condition,
    filter: fields.filter,
    deliver,
    enabled: fields.enabled,
    muted_until: fields.muted_until,
  })
  .partial()
  .meta({ id: "AlertChange" });

export type AlertChange = z.output<typeof alertChange>;

/** Of an alert, stored as JSON. */
export interface AlertSettings extends Watched {
  readonly deliver: DeliverySettings;
}

export function settingsOf({ settings }: { readonly settings: string }): AlertSettings {
  return JSON.parse(settings) as AlertSettings;
}
