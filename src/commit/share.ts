import type { CheckpointSignature } from "../checkpoint-signature.ts";
import type { FramedBatch } from "../log/index.ts";
import { Batches, isSame } from "./batches.ts";
import { CheckpointTable } from "./checkpoints.ts";
import { Connection } from "./connection.ts";
import { createLog, findLog, lockTables, takeKey } from "./tables.ts";

/** Signatures that are sent at once. */
const SIGNATURES_AT_ONCE = 1_000;

/** The log of one data directory, as far as nodes share it. */
export interface LogToShare {
  /** UUID. */
  readonly id: string;
  /** All batches in order; the same each time. */
  batches(): AsyncIterable<FramedBatch>;
  /** In the order in which they were signed. */
  signatures(): Iterable<CheckpointSignature>;
  /** Newest first. */
  readonly publicKeys: readonly Uint8Array[];
}

/** @returns the id of the log that a database holds; undefined where there is none. */
export async function sharedLogIn(url: string): Promise<string | undefined> {
  const connection = new Connection(url);
  try {
    return await findLog(connection);
  } finally {
    await connection.close();
  }
}

/**
 * Copies a log into a database that has none, and reads all of it back. From then on nodes share it. It is one transaction: after an interruption
 * the database holds all of the log or nothing of it. If it holds all, the log is only compared.
 * @param onBatch hears how many entries were written or compared. @throws Error when the database holds another log, or this one differs there.
 */
export async function shareLog(url: string, log: LogToShare, onBatch: (entries: number) => void): Promise<void> {
  const connection = new Connection(url);
  try {
    await connection.transaction(async () => {
      await lockTables(connection);
      const there = await findLog(connection);
      if (there === undefined) await write(connection, log, onBatch);
      else if (there !== log.id) {
        throw new Error(`The database at LOG_URL holds the log ${there} already. Give LOG_URL an empty database.`);
      }
      await compare(connection, log, onBatch);
    });
  } finally {
    await connection.close();
  }
}

async function write(connection: Connection, log: LogToShare, onBatch: (entries: number) => void): Promise<void> {
  const epoch = await createLog(connection, log.id);
  if (!(await takeKey(connection, log.publicKeys))) throw new Error("the log has no signing key");
  const batches = new Batches(log.id);
  for await (const batch of log.batches()) {
    await batches.import(connection, epoch, batch);
    onBatch(batch.entries);
  }
  const checkpoints = new CheckpointTable(log.id);
  for (const signatures of chunks(log.signatures())) await checkpoints.import(connection, epoch, signatures);
}

async function compare(connection: Connection, log: LogToShare, onBatch: (entries: number) => void): Promise<void> {
  const batches = new Batches(log.id);
  for await (const batch of log.batches()) {
    const there = await batches.around(connection, batch.firstPosition + 1);
    if (there === undefined || !isSame(there, batch)) {
      throw new Error(
        `The database at LOG_URL does not hold what this data directory holds from position ${batch.firstPosition} on. Nothing was changed here.`,
      );
    }
    onBatch(batch.entries);
  }
  const checkpoints = new CheckpointTable(log.id);
  for (const signatures of chunks(log.signatures())) {
    if (await checkpoints.hold(connection, signatures)) continue;
    throw new Error("The database at LOG_URL lacks checkpoints of this data directory. Nothing was changed here.");
  }
}

function* chunks(signatures: Iterable<CheckpointSignature>): Generator<CheckpointSignature[], void, undefined> {
  let chunk: CheckpointSignature[] = [];
  for (const signature of signatures) {
    if (chunk.push(signature) < SIGNATURES_AT_ONCE) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
