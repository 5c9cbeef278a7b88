import { createHash } from "node:crypto";
import type { Append } from "../../src/log/contract.ts";
import { openLog } from "../../src/log/log.ts";

/**
 * A process that writes to a log from several clients at once until it is killed, and tells each receipt to its parent only
 * after the log gave it: `receipt <position> <sequence> <organization> <leaf hash> <attempt>`.
 */
const [directory = "", generation = "0"] = process.argv.slice(2);
const CLIENTS = 6;

const log = await openLog({ directory, segmentBytes: 256 * 1024 });
process.stdout.write("open\n");

async function client(number: number): Promise<never> {
  for (let turn = 0; ; turn++) {
    const batch = Array.from({ length: 1 + ((number + turn) % 5) }, (_, index): Append & { attempt: string } => {
      const attempt = `${generation}-${number}-${turn}-${index}`;
      const body = createHash("sha512")
        .update(attempt)
        .digest("hex")
        .repeat(1 + (turn % 8));
      return {
        organization: `org${(number + index) % 3}`,
        attempt,
        encode: (sequence) => ({ header: Buffer.from(`${attempt} ${sequence}`), body: Buffer.from(body) }),
      };
    });
    const answers = await Promise.all(log.append(batch));
    const lines = answers.map(({ position, sequence, leafHash }, index) => {
      const { organization, attempt } = batch[index] ?? { organization: "", attempt: "" };
      return `receipt ${position} ${sequence} ${organization} ${leafHash} ${attempt}\n`;
    });
    process.stdout.write(lines.join(""));
  }
}

await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));
