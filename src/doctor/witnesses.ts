import type { Config } from "../config.ts";
import { ANSWER_MS, type Finding, ok, problem, reasonOf, warning } from "./contract.ts";

/** Without a witness, whoever holds the signing key can rewrite the log, and no verification finds it. */
export async function checkWitnesses({ witnesses }: Config): Promise<Finding[]> {
  const check = "witness";
  if (witnesses.length === 0) {
    const message = "No witness cosigns this log: a person who has its signing key can rewrite it unnoticed.";
    return [
      warning(
        check,
        message,
        "Start `daybook witness` on another machine, or pair with another Daybook. See docs/verifying.md.",
      ),
    ];
  }
  return Promise.all(
    witnesses.map(async ({ url, vkey }) => {
      const name = vkey.split("+", 1)[0] ?? vkey;
      try {
        const response = await fetch(`${url}/add-checkpoint`, { signal: AbortSignal.timeout(ANSWER_MS) });
        await response.body?.cancel();
        // A witness takes POST alone.
        if (response.status === 405) return ok(check, `The witness ${name} answers.`);
        return problem(
          check,
          `There is no witness at the address of ${name}: it answered ${response.status}.`,
          "Check --witnesses.",
        );
      } catch (error) {
        const advice = "Start the witness, or check --witnesses and the network.";
        return problem(check, `The witness ${name} cannot be reached: ${reasonOf(error)}.`, advice);
      }
    }),
  );
}
