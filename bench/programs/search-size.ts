import { setTimeout as pause } from "node:timers/promises";
import { openClient } from "../../src/search/client.ts";
import { tablesOf } from "../../src/search/schema.ts";
import type { TableSize } from "../search-share.ts";

interface Input {
  readonly directory: string;
  readonly logId: string;
}

// Asks the embedded engine, whose server is stopped, what its tables take on disk, once it merges nothing any more and has deleted what
// was merged. Prints TableSize[] as JSON.
const POLL_MS = 500;
/** The engine looks for parts to merge again after ten seconds at most. */
const STILL_POLLS = 30;
const PATIENCE_POLLS = 2_400;

const { directory, logId } = JSON.parse(process.argv[2] ?? "") as Input;
const { client, close } = openClient({ directory });
const tables = tablesOf(logId);
const names = Object.values(tables)
  .map((name) => `'${name}'`)
  .join(", ");

let last = "";
let still = 0;
for (let poll = 0; still < STILL_POLLS; poll++) {
  if (poll > PATIENCE_POLLS) throw new Error(`the engine does not come to rest: ${last}`);
  await pause(POLL_MS);
  const [merges] = await rows<[number]>("SELECT count() FROM system.merges");
  const parts = await rows<[string, number]>(
    `SELECT name, active FROM system.parts WHERE table IN (${names}) ORDER BY table, name`,
  );
  const now = JSON.stringify(parts);
  const old = parts.filter(([, active]) => !active).length;
  still = merges?.[0] === 0 && old === 0 && now === last ? still + 1 : 0;
  last = now;
}

const sizes: TableSize[] = [];
for (const [table, name] of Object.entries(tables)) {
  const [total] = await rows<[number, number, number, number]>(
    `SELECT count(), sum(bytes_on_disk), sum(rows), sumIf(rows, part_type = 'Wide') FROM system.parts WHERE table = '${name}' AND active`,
  );
  const columns = await rows<[string, number]>(
    `SELECT column, sum(column_bytes_on_disk) FROM system.parts_columns WHERE table = '${name}' AND active AND part_type = 'Wide' GROUP BY column`,
  );
  const indexes = await rows<[string, number]>(
    `SELECT name, data_compressed_bytes + marks_bytes FROM system.data_skipping_indices WHERE table = '${name}'`,
  );
  const [parts = 0, bytes = 0, rowCount = 0, wideRows = 0] = total ?? [];
  sizes.push({
    table,
    parts,
    bytes,
    rows: rowCount,
    wideRows,
    columns: Object.fromEntries(columns),
    indexes: Object.fromEntries(indexes),
  });
}
await close();
process.stdout.write(JSON.stringify(sizes));

async function rows<Row extends readonly unknown[]>(query: string): Promise<Row[]> {
  const result = await client.query({
    query: `${query} SETTINGS output_format_json_quote_64bit_integers = 0`,
    format: "JSONCompactEachRow",
  });
  return (await result.json()) as unknown as Row[];
}
