import { TZDate } from "@date-fns/tz";
import type { AlertSettings } from "./definition.ts";

const HOUR_MS = 3_600_000;
/** When a day's message is sent, in the organization's time zone. */
const DAILY_HOUR = 8;

/** When people are to be notified of what fires now. */
export function notifyAt({ deliver, condition }: AlertSettings, timeZone: string | undefined, nowMs: number): number {
  if (deliver.when === "at_once" || condition.type === "report") return nowMs;
  if (deliver.when === "hourly") return (Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS;
  const local = new TZDate(nowMs, timeZone ?? "UTC");
  local.setHours(DAILY_HOUR, 0, 0, 0);
  if (local.getTime() <= nowMs) local.setDate(local.getDate() + 1);
  return local.getTime();
}
