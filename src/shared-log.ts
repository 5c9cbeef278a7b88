import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { BucketArchive, deliverThroughLeader, Node, type NodeListener, RELEASE } from "./commit/index.ts";
import type { Config } from "./config.ts";
import { dataPaths } from "./data-paths.ts";
import { makeDataDirectory, removeFile, replaceFile } from "./durable-file.ts";
import type { Deliver } from "./identity/index.ts";
import type { Ids } from "./ids/index.ts";
import { nameFailures, readLogId, realDisk } from "./log/index.ts";
import type { Logger } from "./logger.ts";
import type { SigningKeys, Tree } from "./tree/index.ts";

/** How long a start waits until some node leads. Then it goes on, and what is to be recorded is refused meanwhile. */
const SETTLE_MS = 8_000;

const marker = z.object({ log_id: z.string() });

/** Joins the nodes that share a log, where LOG_URL says so. @throws Error when the data directory belongs to another log. */
export async function openNode(config: Config, logger: Logger): Promise<Node | undefined> {
  const copyOf = sharedLogOf(config);
  if (config.logUrl === undefined) {
    if (copyOf === undefined) return undefined;
    throw new Error(
      `The data directory ${config.dataDir} is one node's copy of a log that is shared in PostgreSQL. Set LOG_URL. If that database is lost for good, run \`daybook restore\` once: this copy goes on under a new id.`,
    );
  }
  const archive = config.logArchive && new BucketArchive(config.logArchive);
  const node = await Node.open(config.logUrl, { listener: listenerOf(logger), archive, release: RELEASE });
  try {
    await claimDirectory(config, node.id, copyOf);
    return node;
  } catch (error) {
    await node.close();
    throw error;
  }
}

function listenerOf(logger: Logger): NodeListener {
  return {
    reachable: (reason) =>
      reason === undefined
        ? logger.info("node: PostgreSQL can be reached")
        : logger.warn("node: the shared log cannot be read or written at the moment", { reason }),
    leading: (leads) => logger.info(leads ? "node: this node leads" : "node: another node leads"),
    archive: (reason) =>
      reason === undefined
        ? logger.info("node: the archive of the log works again")
        : logger.error("node: the archive of the log does not work as it should; see docs/scaling.md", { reason }),
    fatal: (error) => {
      logger.error("node: this node cannot go on", { error });
      process.exit(1);
    },
  };
}

/** Follows the shared log, and leads when nobody else does. */
export async function startNode(
  node: Node,
  { tree, ids, signingKeys }: { tree: Tree; ids: Ids; signingKeys: SigningKeys },
): Promise<void> {
  await node.requireKey(signingKeys.all().map(({ publicKey }) => publicKey));
  await node.start({
    checkpointsSince: tree.lastSignedAt,
    adopt: (signatures) => tree.adopt(signatures),
    hasRead: (position) => ids.position >= position && tree.position >= position,
    leads: () => tree.signAgain(),
  });
  await node.settled(AbortSignal.timeout(SETTLE_MS));
}

/** Daybook's own events go to the node that leads. */
export function deliverFrom(node: Node | undefined, deliver: Deliver): Deliver {
  return node === undefined ? deliver : deliverThroughLeader(node, deliver);
}

/** A log of this directory's own must not be mixed with a shared one, nor copies of two shared ones with each other. */
async function claimDirectory(config: Config, logId: string, copyOf: string | undefined): Promise<void> {
  const paths = dataPaths(config.dataDir);
  if (copyOf === logId) return;
  if (copyOf !== undefined) {
    throw new Error(
      `The data directory ${config.dataDir} is a copy of the log ${copyOf}, and the database at LOG_URL holds the log ${logId}. Start with the right database, or with an empty data directory.`,
    );
  }
  if ((await readLogId(nameFailures(realDisk), paths.log)) !== undefined) {
    throw new Error(
      `The data directory ${config.dataDir} holds a log of its own, and LOG_URL names the log ${logId}. Run \`daybook share-log\` to move this log into an empty database, or start with an empty data directory, or without LOG_URL.`,
    );
  }
  makeDataDirectory(config.dataDir);
  joinSharedLog(config, logId);
}

/** From now on the data directory's log is a copy of a shared one. */
export function joinSharedLog({ dataDir }: Config, logId: string): void {
  replaceFile(dataPaths(dataDir).sharedLog, `${JSON.stringify({ log_id: logId } satisfies z.infer<typeof marker>)}\n`);
}

/** From now on the data directory's log is its own. */
export function leaveSharedLog({ dataDir }: Config): void {
  removeFile(dataPaths(dataDir).sharedLog);
}

/** @returns the id of the shared log that the data directory holds a copy of. */
export function sharedLogOf({ dataDir }: Config): string | undefined {
  const path = dataPaths(dataDir).sharedLog;
  // A directory that cannot be read either is reported by whoever opens it.
  if (!existsSync(path)) return undefined;
  try {
    return marker.parse(JSON.parse(readFileSync(path, "utf8"))).log_id;
  } catch (error) {
    throw new Error(`${path} cannot be read. It says which shared log this data directory is a copy of.`, {
      cause: error,
    });
  }
}
