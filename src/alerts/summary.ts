import { countryName } from "../addresses/index.ts";
import type { FiringData } from "./firing.ts";
import type { Grouping, Novelty } from "./groupings.ts";
import { FIRINGS_MAX } from "./limiter.ts";

const NAMES: Readonly<Record<Grouping, string>> = {
  user: "user",
  address: "address",
  network: "network",
  resource: "resource",
  action: "action",
  key: "API key",
  organization: "organization",
};
/** Where none is known, the value is a network. */
const COUNTRY = /^[A-Z]{2}$/;

/** What an alert fired for, in one sentence. In texts of callers, control characters are shown. */
export function summaryOf(data: FiringData): string {
  return visible(sentence(data));
}

function sentence({ kind, condition, value, count, since, event }: FiringData): string {
  if (kind === "rest")
    return `Fired ${FIRINGS_MAX} times in 10 minutes. ${count} more since ${minute(since)} are left out.`;
  if (kind === "report") return `Week since ${minute(since)}`;
  if (condition.type === "threshold") {
    const of = condition.by === undefined ? "" : ` of ${NAMES[condition.by]} ${value}`;
    return `${count} matches${of} within ${duration(condition.minutes)}`;
  }
  if (condition.type === "new_value") {
    const per = condition.per === "user" && event?.user != null ? ` of user ${event.user}` : "";
    return `New ${novelty(condition.of, value ?? "")}${per}`;
  }
  if (condition.type === "silence") {
    const of = condition.by === undefined ? "" : ` of ${NAMES[condition.by]} ${value}`;
    return `No match${of} for ${duration(condition.minutes)}, since ${minute(since)}`;
  }
  if (event === null) return "Fired";
  const by = event.user === null ? "" : ` by ${event.user}`;
  const from = event.ip === null ? "" : ` from ${event.ip}`;
  return `${event.action} (${event.outcome})${by}${from}: ${event.resource}`;
}

function novelty(of: Novelty, value: string): string {
  if (of !== "country") return `${NAMES[of]} ${value}`;
  return COUNTRY.test(value) ? `country ${countryName(value)}` : `network ${value} (country unknown)`;
}

/** 2026-11-27 14:05 UTC */
export function minute(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}

export function duration(minutes: number): string {
  const [number, unit] =
    minutes % 1440 === 0 ? [minutes / 1440, "day"] : minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

/** Control characters and those that turn the direction of text, as escapes: nobody forges a line of an e-mail. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
}
