import { createInterface } from "node:readline";
import { toConfig } from "../../src/config.ts";
import { openCore } from "../../src/core.ts";
import { fieldsOf, readEvent } from "../../src/event/index.ts";
import { createLogger } from "../../src/logger.ts";

/**
 * A node without HTTP and search. Each line of its input is a JSON array of ids to record; each line of its output says what became of one:
 * { receipt } or { refused }. At the end of its input it stops, and says whether there was an alarm.
 */
const [dataDir = "", logUrl = "", signingKeys = ""] = process.argv.slice(2);
const core = await openCore(toConfig({ dataDir, logUrl, signingKeys }), createLogger(process.stderr));
say({ ready: true });

for await (const line of createInterface({ input: process.stdin })) void record(JSON.parse(line));
await core.close();
say({ integrity: core.tree.integrity.state });

async function record(ids: readonly string[]): Promise<void> {
  const outcomes = await core.recorder.record(ids.map(recordingOf));
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome instanceof Error) say({ refused: ids[index], reason: outcome.message });
    else say({ receipt: outcome });
  }
}

function recordingOf(id: string) {
  const event = { id, action: "knowledge.create", actor: { type: "system" }, resource: { type: "page" } };
  const text = JSON.stringify(event);
  return {
    organization: id.slice(0, id.indexOf("-")),
    source: { type: "api_key", id: "campaign" } as const,
    event: fieldsOf(readEvent(text, event, Date.now())),
  };
}

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
