/** Compares everything that is stored with the log and with what was signed. */

export { type Finding, type Grade, PARTS, type Progress, type Report } from "./contract.ts";
export { NoLog, verifyDirectory } from "./directory.ts";
export { openVerification } from "./running.ts";
export { VerificationSchedule } from "./schedule.ts";
export type { Trusted } from "./trust.ts";
