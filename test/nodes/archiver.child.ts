import type { BucketFolder } from "../../src/bucket.ts";
import { type Archive, BucketArchive } from "../../src/commit/archive.ts";
import { Connection } from "../../src/commit/connection.ts";
import { archiverFor } from "./archivers.ts";

/** What an archiver that is killed is given. */
export interface Orders {
  readonly url: string;
  readonly log: string;
  readonly epoch: string;
  readonly folder: BucketFolder;
  /** A part of the statement before which it waits, or of what it does with the bucket after which it waits. */
  readonly stopAt: string;
}

/** Moves one segment with the real parts, and waits at one step to be killed: then it says so with a line of output. */
const { url, log, epoch, folder, stopAt } = JSON.parse(process.argv[2] ?? "") as Orders;

async function waitIf(step: string): Promise<void> {
  if (!step.includes(stopAt)) return;
  process.stdout.write("here\n");
  await new Promise(() => setInterval(() => undefined, 1000));
}

class WaitingConnection extends Connection {
  override async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    await waitIf(text);
    const rows = await super.query<Row>(text, values);
    await waitIf(`after ${text}`);
    return rows;
  }
}

const bucket = new BucketArchive(folder);
const archive: Archive = {
  async put(...all) {
    await waitIf("nothing is stored");
    const storing = bucket.put(...all);
    await waitIf("being stored");
    await storing;
    await waitIf("is stored");
  },
  async get(...all) {
    const object = await bucket.get(...all);
    await waitIf("is read back");
    return object;
  },
};
await archiverFor(url, { node: { id: log, term: epoch } }, archive, new WaitingConnection(url)).moveOne();
