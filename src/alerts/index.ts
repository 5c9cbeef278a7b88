/** Rules over events: each alert is compared with the entries of the log as they come, and whoever is to hear of what it fires for is notified. */

export type { Alerts, SeenAlert } from "./alerts.ts";
export { alertChange, condition, newAlert, watched } from "./definition.ts";
export { dataOf } from "./firing.ts";
export { openAlerts } from "./open.ts";
export { readyAlerts } from "./ready.ts";
export { summaryOf } from "./summary.ts";
