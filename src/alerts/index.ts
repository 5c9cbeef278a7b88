/** Rules over events: compares each alert with the entries of the log as they come, and notifies people when it fires. */

export type { Alerts, SeenAlert } from "./alerts.ts";
export { alertChange, condition, newAlert, watched } from "./definition.ts";
export { dataOf } from "./firing.ts";
export { openAlerts } from "./open.ts";
export { readyAlerts } from "./ready-alerts.ts";
export { summaryOf } from "./summary.ts";
