/** The way in: events become entries of the log, once for each id. */

export { deliverTo } from "./deliver-to.ts";
export { Recorder, type Recording } from "./recorder.ts";
