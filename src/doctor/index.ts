/** Whether Daybook is set up as it should be: the machine, its files, its keys, its databases, its witnesses. */

export type { Finding, Level } from "./contract.ts";
export { examine } from "./examine.ts";
