import { join } from "node:path";
import { z } from "zod";
import { readIfThere, removeFile, replaceFile } from "../durable-file.ts";
import type { Integrity } from "./contract.ts";

export type Alarm = Integrity & { state: "alarm" };

const alarmFile = z.strictObject({
  version: z.literal(1),
  since: z.number(),
  reason: z.string(),
  organization: z.string().optional(),
  sequence: z.number().optional(),
});

/** A log's alarm, beside its checkpoints: `<log id>.alarm.json` is there as long as nothing may be signed, whatever is started meanwhile. */
export class AlarmFile {
  private readonly path: string;

  constructor(directory: string, logId: string) {
    this.path = join(directory, `${logId}.alarm.json`);
  }

  /** One that cannot be read is an alarm, too: there was one. @param now milliseconds since the Unix epoch. */
  read(now: number): Alarm | undefined {
    const text = readIfThere(this.path);
    if (text === undefined) return undefined;
    try {
      const { since, reason, organization, sequence } = alarmFile.parse(JSON.parse(text));
      return {
        state: "alarm",
        since,
        reason,
        ...(organization !== undefined && { organization }),
        ...(sequence !== undefined && { sequence }),
      };
    } catch {
      return { state: "alarm", since: now, reason: `There was an alarm, and ${this.path} no longer says of what.` };
    }
  }

  /** Makes it durable. @throws what the system says, on a full disk. */
  keep({ state: _, ...alarm }: Alarm): void {
    replaceFile(this.path, `${JSON.stringify({ version: 1, ...alarm })}\n`);
  }

  remove(): void {
    removeFile(this.path);
  }
}
