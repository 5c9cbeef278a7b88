import type { Alert, Condition, Grouping } from "../api/alerts.ts";
import { WEEKDAY_NAMES } from "../time/weekdays.ts";

/** What alerts are called, in the console's words. */

export const TYPES: Readonly<Record<Condition["type"], string>> = {
  match: "Every match",
  threshold: "Many matches",
  new_value: "New value",
  silence: "Silence",
  report: "Weekly report",
};

export const GROUPINGS: Readonly<Record<Grouping, string>> = {
  user: "User",
  address: "IP address",
  network: "Network",
  country: "Country or network",
  resource: "Resource",
  action: "Action",
  key: "API key",
  organization: "Organization",
};

export const WHEN: Readonly<Record<Alert["deliver"]["when"], string>> = {
  at_once: "At once",
  hourly: "Every hour",
  daily: "Every day",
};

const small = (by: Grouping) => GROUPINGS[by].replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());

/** One line: what it fires for. */
export function conditionText(condition: Condition): string {
  switch (condition.type) {
    case "match":
      return "Every match";
    case "threshold": {
      const by = condition.by === undefined ? "" : ` of one ${small(condition.by)}`;
      return `${condition.count} matches${by} within ${duration(condition.minutes)}`;
    }
    case "new_value": {
      const per = condition.per === "user" ? " of a user" : "";
      const after = condition.after_failures ? ` after ${condition.after_failures} failures` : "";
      return `New ${small(condition.of)}${per}${after}`;
    }
    case "silence": {
      const by = condition.by === undefined ? "" : ` of one ${small(condition.by)}`;
      return `No match${by} for ${duration(condition.minutes)}`;
    }
    case "report": {
      const { weekday, hour } = condition;
      const time = hour === undefined ? [] : [`${String(hour).padStart(2, "0")}:00`];
      return [...(weekday === undefined ? [] : [WEEKDAY_NAMES[weekday]]), ...time].join(", ");
    }
  }
}

export function duration(minutes: number): string {
  if (minutes % 1440 === 0) return counted(minutes / 1440, "day");
  return minutes % 60 === 0 ? counted(minutes / 60, "hour") : counted(minutes, "minute");
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** Who hears of it, in one line. */
export function deliverText({ email, webhook, when }: Alert["deliver"]): string {
  const who = [...email, ...(webhook === null ? [] : [webhook.url])];
  if (who.length === 0) return "Nobody: shown here only";
  const [first = "", ...others] = who;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${first}${more}${when === "at_once" ? "" : `, ${WHEN[when].toLowerCase()}`}`;
}
