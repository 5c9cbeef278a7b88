import { readFile } from "node:fs/promises";
import type { EventInput } from "@daybook/sdk";
import pg from "pg";
import { batchFile } from "../dataset.ts";
import { inParallel } from "../parallel.ts";
import { columnArrays, INSERT_MANY, INSERT_ONE, rowValues } from "../postgres-table.ts";

interface Input {
  readonly url: string;
  readonly connections: number;
  readonly directory?: string;
  readonly singlesFile?: string;
  readonly from?: number;
  readonly to: number;
}

// Inserts events into PostgreSQL and prints how long it took, as JSON: { ms, latenciesMs }.
const input = JSON.parse(process.argv[2] ?? "") as Input;
const clients = await Promise.all(
  Array.from({ length: input.connections }, async () => {
    const client = new pg.Client({ connectionString: input.url });
    await client.connect();
    return client;
  }),
);

async function insertBatch(lane: number, directory: string, index: number): Promise<void> {
  const events = JSON.parse(await readFile(batchFile(directory, index), "utf8")) as EventInput[];
  await clients[lane]?.query({ name: "many", text: INSERT_MANY, values: columnArrays(events) });
}

const { directory, singlesFile, from = 0, to } = input;
const lines = singlesFile === undefined ? [] : (await readFile(singlesFile, "utf8")).split("\n").slice(from, to);
const rows = lines.map((line) => rowValues(JSON.parse(line) as EventInput));
const result = await (directory === undefined
  ? inParallel(rows.length, input.connections, async (index, lane) =>
      clients[lane]?.query({ name: "one", text: INSERT_ONE, values: rows[index] ?? [] }),
    )
  : inParallel(to - from, input.connections, (index, lane) => insertBatch(lane, directory, from + index)));
process.stdout.write(JSON.stringify(result));
await Promise.all(clients.map((client) => client.end()));
