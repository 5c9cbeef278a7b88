import { setTimeout as pause } from "node:timers/promises";
import { dataPaths } from "../../src/data-paths.ts";
import { Followers } from "../../src/followers.ts";
import { Ids } from "../../src/ids/ids.ts";
import { createLogger } from "../../src/logger.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { Tree } from "../../src/tree/tree.ts";
import { openBuiltLog } from "../built-log.ts";
import { appendBatches } from "../fill-log.ts";

interface Input {
  readonly dataDir: string;
  /** Of the data set. */
  readonly directory: string;
  /** Before this batch. */
  readonly to: number;
}

// Puts batches of a data set into a data directory whose server is stopped: log, ids and trees. Search is made from the log by the next
// start. Prints { ms, processorMs } as JSON.
const { dataDir, directory, to } = JSON.parse(process.argv[2] ?? "") as Input;
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
followers.start(ids);
await appendBatches(log, directory, 0, to);
// Only now: a round of signatures comes every half second, however slowly entries are made.
followers.start(tree);
while (log.end > Math.min(tree.position, ids.position)) await pause(5);
await followers.stop();
tree.close();
await ids.close();
await log.close();
const { user, system } = process.cpuUsage();
process.stdout.write(JSON.stringify({ ms: performance.now() - began, processorMs: (user + system) / 1000 }));
