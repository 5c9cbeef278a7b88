import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { EventInput } from "@daybook/sdk";
import { batchFile } from "../dataset.ts";
import { COPY, copyLine } from "../postgres-table.ts";

interface Input {
  readonly psql: string;
  readonly url: string;
  readonly directory: string;
  /** Before this batch. */
  readonly to: number;
}

// Copies batches of a data set into PostgreSQL's table and prints {} as JSON.
const { psql, url, directory, to } = JSON.parse(process.argv[2] ?? "") as Input;
const child = spawn(psql, [url, "-q", "-v", "ON_ERROR_STOP=1", "-c", COPY], { stdio: ["pipe", "ignore", "inherit"] });
const ended = once(child, "exit");
for (let index = 0; index < to; index++) {
  const events = JSON.parse(await readFile(batchFile(directory, index), "utf8")) as EventInput[];
  const lines = events.map(copyLine).join("\n");
  if (!child.stdin.write(`${lines}\n`)) await Promise.race([once(child.stdin, "drain"), ended]);
  if (child.exitCode !== null) break;
}
child.stdin.end();
const [code] = (await ended) as [number | null];
if (code !== 0) throw new Error(`psql ended with ${code}`);
process.stdout.write("{}");
