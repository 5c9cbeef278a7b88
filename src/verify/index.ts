/** Compares everything that is stored with the log and with what was signed. */

export type { Finding, Grade, Progress, Report } from "./contract.ts";
export { PARTS } from "./contract.ts";
export { NoLog, verifyDirectory } from "./directory.ts";
export { openVerification } from "./running.ts";
export type { Trusted } from "./trust.ts";
export { Verification } from "./verification.ts";
