import { setTimeout as pause } from "node:timers/promises";
import { BUILT_IN_ACTIONS } from "@daybook/sdk";
import { dataPaths } from "../../src/data-paths.ts";
import { Random } from "../../src/demo/random.ts";
import { encodeEntry } from "../../src/event/codec.ts";
import { Followers } from "../../src/followers.ts";
import { Ids } from "../../src/ids/ids.ts";
import type { Append } from "../../src/log/contract.ts";
import { createLogger } from "../../src/logger.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { Tree } from "../../src/tree/tree.ts";
import { openBuiltLog } from "../built-log.ts";
import { organizationId } from "../dataset.ts";

/** What is to be written, and where to. */
interface Input {
  readonly dataDir: string;
  readonly entries: number;
  readonly organizations: number;
  readonly seed: number;
  /** Every organization has as many as the others; else a few have most, as in life. */
  readonly even?: boolean;
  /** Ends as by `kill -9` shortly after the last entry was acknowledged, while ids and trees follow. */
  readonly killed?: boolean;
}

// Fills a data directory without a server: small events into the log, then their ids and trees follow it, and checkpoints are signed. Goes
// on where an earlier run stopped. Prints { entries, ms, processorMs } as JSON.
const BATCH = 2_000;
const KILLED_AFTER_MS = 700;
const DAYS = 90;

const { dataDir, entries, organizations, seed, even, killed } = JSON.parse(process.argv[2] ?? "") as Input;
const random = new Random(seed);
const startMs = Date.now() - DAYS * 86_400_000;

function appendOf(index: number): Append {
  const organization = organizationId(even ? index % organizations : Math.floor(organizations * random.float() ** 3));
  const at = startMs + Math.floor((index / entries) * DAYS * 86_400_000);
  const person = random.below(500);
  const event = {
    action: random.pick(BUILT_IN_ACTIONS),
    actor: { type: "user" as const, id: `u-${person}`, email: `u-${person}@example.com`, role: "member" },
    resource: { type: "document", id: `d-${random.below(5_000)}` },
    description: `Changed paragraph ${random.below(99)} of the handbook`,
    context: { ip: `203.0.113.${random.below(255)}` },
    timestamp: new Date(at).toISOString(),
  };
  // Ascending within the organization, as a UUIDv7 is.
  const id = `event-${String(index).padStart(12, "0")}`;
  const source = { type: "api_key" as const, id: "key_bench" };
  return {
    organization,
    encode: (sequence, recordedAt) => encodeEntry(event, { id, organization, source, sequence, recordedAt }),
  };
}

const paths = dataPaths(dataDir);
const fail = (error: Error) => {
  throw error;
};
const began = performance.now();
const log = await openBuiltLog({ directory: paths.log, onFatal: fail });
const tree = Tree.open({
  directory: paths.tree,
  checkpointDirectory: paths.checkpoints,
  keys: SigningKeys.open(paths.keys, Date.now()),
  log,
  onAlarm: ({ reason }) => fail(new Error(reason)),
});
const ids = Ids.open(paths.ids, log);
const followers = new Followers(log, createLogger(process.stderr));
const lag = () => log.end - Math.min(tree.position, ids.position);

let written: Promise<unknown> = Promise.resolve();
for (let index = log.end; index < entries; index += BATCH) {
  const batch = Array.from({ length: Math.min(BATCH, entries - index) }, (_, at) => appendOf(index + at));
  // The next batch is made while this one is written.
  await written;
  written = Promise.all(log.append(batch));
}
await written;
// Only now: a round of signatures comes every half second, however slowly entries are made.
followers.start(tree);
followers.start(ids);
if (killed) {
  await pause(KILLED_AFTER_MS);
  process.kill(process.pid, "SIGKILL");
}
while (lag() > 0) await pause(5);
await followers.stop();
const { user, system } = process.cpuUsage();
const ms = performance.now() - began;
tree.close();
await ids.close();
await log.close();
process.stdout.write(JSON.stringify({ entries, ms, processorMs: (user + system) / 1000 }));
