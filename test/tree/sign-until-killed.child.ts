import { join } from "node:path";
import { Followers } from "../../src/followers.ts";
import { openLog } from "../../src/log/log.ts";
import { createLogger } from "../../src/logger.ts";
import { SigningKeys } from "../../src/tree/signing-keys.ts";
import { Tree } from "../../src/tree/tree.ts";

/**
 * A process that records for several organizations until it is killed, and tells each checkpoint once it is given out: a line of
 * JSON { organization, note }. It begins with { vkeys }.
 */
const [directory = ""] = process.argv.slice(2);
const ORGANIZATIONS = ["acme", "globex", "initech"];

const log = await openLog({ directory: join(directory, "log"), segmentBytes: 256 * 1024 });
const tree = Tree.open({
  directory: join(directory, "tree"),
  checkpointDirectory: join(directory, "checkpoints"),
  keys: SigningKeys.open(join(directory, "keys"), Date.now()),
  log,
  onAlarm: (alarm) => tell({ alarm }),
});
const vkeys = ORGANIZATIONS.map((organization) => [organization, tree.publishedKeys(organization)[0]?.vkey]);
tell({ vkeys: Object.fromEntries(vkeys) });
new Followers(log, createLogger(process.stderr)).start(tree);

function tell(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

async function record(): Promise<never> {
  for (let turn = 0; ; turn++) {
    const batch = Array.from({ length: 1 + (turn % 40) }, (_, at) => ({
      organization: ORGANIZATIONS[(turn + at) % 3] ?? "acme",
      encode: (sequence: number) => ({ header: Buffer.from(`${turn} ${at} ${sequence}`), body: Buffer.alloc(20) }),
    }));
    await Promise.all(log.append(batch));
  }
}

async function tellCheckpoints(organization: string): Promise<never> {
  for (let size = tree.size(organization); ; ) {
    const checkpoint = await tree.covered(organization, size + 1, AbortSignal.timeout(60_000));
    if (checkpoint === undefined) throw new Error("nothing is signed any more");
    tell({ organization, note: checkpoint.note });
    size = checkpoint.size;
  }
}

await Promise.all([record(), ...ORGANIZATIONS.map(tellCheckpoints)]);
