import { monitorEventLoopDelay } from "node:perf_hooks";
import { dataPaths } from "../../src/data-paths.ts";
import { encodeEntry } from "../../src/event/codec.ts";
import { Followers } from "../../src/followers.ts";
import { Ids } from "../../src/ids/ids.ts";
import { createLogger } from "../../src/logger.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { Tree } from "../../src/tree/tree.ts";
import { openBuiltLog } from "../built-log.ts";

/** Opens what a start opens before search and identity, in its order, and measures each part. */
interface Input {
  readonly dataDir: string;
  /** Then records one entry of every organization at once, and waits until checkpoints cover them all. */
  readonly signAll: boolean;
}

// Prints what it measured in milliseconds, as JSON. `covered`: until the newest checkpoint of every organization covers all its entries.
const { dataDir, signAll } = JSON.parse(process.argv[2] ?? "") as Input;
const paths = dataPaths(dataDir);
const fail = (error: Error) => {
  throw error;
};
const began = performance.now();
const sinceStart = () => performance.now() - began;

const log = await openBuiltLog({ directory: paths.log, onFatal: fail });
const logMs = sinceStart();
const tree = Tree.open({
  directory: paths.tree,
  checkpointDirectory: paths.checkpoints,
  keys: SigningKeys.open(paths.keys, Date.now()),
  log,
  onAlarm: ({ reason }) => fail(new Error(reason)),
});
const treeMs = sinceStart() - logMs;
const ids = Ids.open(paths.ids, log);
const idsMs = sinceStart() - treeMs - logMs;
const behind = log.end - Math.min(tree.position, ids.position);
const followers = new Followers(log, createLogger(process.stderr));
followers.start(ids);
followers.start(tree);
await ids.reached(log.end);
const organizations = tree.newestSizes().map(({ organization }) => organization);
await allCovered();
const coveredMs = sinceStart();

const delay = monitorEventLoopDelay({ resolution: 5 });
const signing = signAll ? await signEach() : undefined;
await followers.stop();
tree.close();
await ids.close();
await log.close();
const result = { entries: log.end, behind, logMs, treeMs, idsMs, coveredMs, organizations: organizations.length };
process.stdout.write(JSON.stringify({ ...result, signing }));

async function allCovered(): Promise<void> {
  const { signal } = new AbortController();
  for (const organization of organizations) await tree.covered(organization, log.size(organization), signal);
}

async function signEach() {
  delay.enable();
  const before = process.cpuUsage();
  const source = { type: "api_key" as const, id: "key_bench" };
  const event = { action: "db.update", actor: { type: "user" as const, id: "u" }, resource: { type: "document" } };
  const appends = organizations.map((organization) => ({
    organization,
    encode: (sequence: number, recordedAt: number) =>
      encodeEntry(event, { id: `all-${sequence}`, organization, source, sequence, recordedAt }),
  }));
  await Promise.all(log.append(appends));
  const recorded = sinceStart();
  await allCovered();
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  return { ms: sinceStart() - recorded, processorMs: (user + system) / 1000, blockedMs: delay.max / 1e6 };
}
