import { type Finding, type Patient, problem, reasonOf } from "./contract.ts";
import { checkFiles, checkKeys } from "./file-access.ts";
import { checkAccount, checkClock, checkDisk } from "./machine.ts";
import { checkAddress, checkServer } from "./server.ts";
import { checkServices } from "./services.ts";
import { checkSupport } from "./support.ts";
import { checkWitnesses } from "./witnesses.ts";

/** In the order in which they are printed. */
const CHECKS: readonly [name: string, check: (patient: Patient) => Finding | Finding[] | Promise<Finding[]>][] = [
  ["node", ({ now }) => checkSupport("Node", process.versions.node, now)],
  ["account", checkAccount],
  ["data directory", ({ config }) => checkFiles(config)],
  ["signing keys", ({ config }) => checkKeys(config)],
  ["witness", ({ config }) => checkWitnesses(config)],
  ["disk", ({ config }) => checkDisk(config)],
  ["clock", checkClock],
  ["address", checkAddress],
  ["services", checkServices],
  ["server", checkServer],
];

/** Looks at how Daybook is set up here. It changes nothing, and needs no server. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const findings = await Promise.all(
    CHECKS.map(async ([name, check]) => {
      try {
        return await check(patient);
      } catch (error) {
        const advice = "Run this command as the account that the server runs as.";
        return problem(name, `This could not be checked: ${reasonOf(error)}.`, advice);
      }
    }),
  );
  return findings.flat();
}
