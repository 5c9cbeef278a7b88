import type { Archive } from "../../src/commit/archive.ts";
import { ArchivedSegments } from "../../src/commit/archived-segments.ts";
import { Archiver } from "../../src/commit/archiver.ts";
import { Batches } from "../../src/commit/batches.ts";
import { CommittedLog } from "../../src/commit/committed-log.ts";
import { Connection } from "../../src/commit/connection.ts";
import type { TestNode } from "./test-node.ts";

/** The archiver of a leader, without its timer. */
export function archiverFor(
  url: string,
  { node }: { readonly node: Pick<TestNode["node"], "id" | "term"> },
  archive: Archive,
  connection = new Connection(url),
): Archiver {
  const batches = new Batches(node.id);
  const segments = new ArchivedSegments(node.id);
  const committed = new CommittedLog({ batches, segments, archive, stopping: new AbortController().signal });
  const parts = { log: node.id, connection, archive, batches, segments, committed };
  return new Archiver({ ...parts, term: () => node.term, onTrouble: () => undefined });
}

/** @returns how many segments it moved. */
export async function moveAll(archiver: Archiver): Promise<number> {
  let moved = 0;
  while (await archiver.moveOne()) moved++;
  return moved;
}
