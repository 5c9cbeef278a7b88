/** Compares everything that is stored with the log and with what was signed. */

export { type Finding, type Grade, PARTS, type Progress, type Report } from "./contract.ts";
export { NoLog, verifyDirectory } from "./data-directory.ts";
export { VerificationSchedule } from "./schedule.ts";
export type { Trusted } from "./trust.ts";
export { openVerification } from "./while-serving.ts";
