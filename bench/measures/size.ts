import { parsePosition } from "@daybook/sdk";
import { dataPaths } from "../../src/data-paths.ts";
import type { Bench, Measure } from "../bench.ts";
import { Daybook } from "../daybook.ts";
import { allocated, sealedSegments } from "../disk-use.ts";
import { atMost, type Goal } from "../goals.ts";
import { runProgram } from "../process.ts";
import { atRest } from "../rest.ts";
import type { Figure } from "../results.ts";
import { shareOut, type TableSize } from "../search-share.ts";

/** Columns and indexes of search that are named in the results. */
const PLACES_NAMED = 12;

/** Bytes on disk for each event, all in and by part, once sealing and merges have come to rest. */
export const size: Measure = async (bench) => {
  await bench.postgres?.settle();
  const peer = await postgresBytes(bench);
  await atRest(bench.daybook);
  const entries = await bench.daybook.entries();
  const { dataDir, key } = bench.daybook;
  const { indexed_through } = await bench.daybook.read<{ indexed_through: string }>(
    "/v1/events?tenant_id=org-000&limit=1",
  );
  await bench.daybook.stop();
  const paths = dataPaths(dataDir);
  const logId = parsePosition(indexed_through)?.logId;
  const tables = await runProgram<TableSize[]>("search-size", { directory: paths.search, logId });
  const used = allocated(paths.root);
  const sealed = sealedSegments(paths.log);
  const parts = {
    log: allocated(paths.log),
    tree: allocated(paths.tree),
    checkpoints: allocated(paths.checkpoints),
    ids: allocated(paths.ids),
    search: allocated(paths.search),
  };
  bench.daybook = await Daybook.start(dataDir, key);

  const row = (what: string, bytes: number | undefined, goal?: Goal, note?: string): Figure => ({
    what: `bytes on disk an event: ${what}`,
    unit: "bytes",
    daybook: bytes && bytes / entries,
    ...(goal && { goal }),
    note,
  });
  const rest = used - parts.log - parts.tree - parts.checkpoints - parts.ids - parts.search;
  return [
    {
      ...row("all in", used, atMost(400), `JSON as sent: ${Math.round(bench.dataset.bytesPerEvent)}`),
      postgres: peer,
    },
    {
      ...row("log, sealed segments", undefined, atMost(200), "by the events in them"),
      daybook: sealed.entries === 0 ? undefined : sealed.bytes / sealed.entries,
    },
    row("log, all of it", parts.log, undefined, "with the open segment and the ballast, which do not grow"),
    row("tree", parts.tree, atMost(36)),
    row("checkpoints", parts.checkpoints, undefined, "by time and organizations, not by events"),
    row("ids", parts.ids, atMost(35)),
    ...searchRows(tables, parts.search, row),
    row("identity, keys and the rest", rest),
  ];
};

function searchRows(
  tables: readonly TableSize[],
  onDisk: number,
  row: (what: string, bytes: number | undefined, goal?: Goal, note?: string) => Figure,
): Figure[] {
  const { before, filters, places } = shareOut(tables);
  const { "metadata.<path>": metadata, ...others } = filters;
  const inTables = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const unknown = before === undefined ? "most rows are in small parts, whose columns are not known apart" : undefined;
  const parts = tables.map(({ table, parts: count }) => `${table} ${count}`).join(", ");
  return [
    row("search", onDisk, undefined, `parts: ${parts}`),
    row("search, what could be filtered by before format 2", before, atMost(150), unknown),
    row("search, metadata.<path>", metadata, atMost(40), unknown),
    ...Object.entries(others).map(([filter, bytes]) => row(`search, ${filter}`, bytes)),
    row("search, what is not in its tables", onDisk - inTables),
    ...places.slice(0, PLACES_NAMED).map(([place, bytes]) => row(`of search, ${place}`, bytes)),
  ];
}

async function postgresBytes({ postgres, dataset }: Bench): Promise<number | undefined> {
  const client = await postgres?.connect();
  const result = await client?.query<{ size: string }>("select pg_total_relation_size('events') as size");
  await client?.end();
  const [found] = result?.rows ?? [];
  return found && Number(found.size) / (dataset.events + dataset.singles);
}
