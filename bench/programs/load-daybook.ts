import { readFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { batchFile } from "../dataset.ts";
import { inParallel } from "../parallel.ts";

/** What the load generators are given; `connections` work side by side. */
interface Input {
  /** Each takes its turn. */
  readonly urls: readonly string[];
  readonly key: string;
  readonly connections: number;
  /** Either batches of a data set … */
  readonly directory?: string;
  /** … or lines of a file of single events. */
  readonly singlesFile?: string;
  /** From this one on. */
  readonly from?: number;
  /** Before this one. */
  readonly to: number;
}

// Posts events to Daybook and prints how long it took, as JSON: { ms, latenciesMs }.
const input = JSON.parse(process.argv[2] ?? "") as Input;
const agent = new Agent({ keepAlive: true, maxSockets: input.connections });
const endpoints = input.urls.map((url) => new URL("/v1/events", url));

function post(endpoint: URL, body: Buffer | string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${input.key}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const sent = request(endpoint, { method: "POST", agent, headers }, (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        answer += chunk;
      });
      response.on("end", () => {
        // 201 is the promise that all of it is durable; anything else would make the figure a lie.
        if (response.statusCode === 201) resolve();
        else reject(new Error(`answered ${response.statusCode}: ${answer.slice(0, 500)}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const { directory, singlesFile, from = 0, to } = input;
const lines = singlesFile === undefined ? [] : (await readFile(singlesFile, "utf8")).split("\n").slice(from, to);
const work = directory === undefined ? lines.length : to - from;
const body = async (index: number) =>
  directory === undefined ? (lines[index] ?? "") : readFile(batchFile(directory, from + index));
process.stdout.write(
  JSON.stringify(
    await inParallel(work, input.connections, async (index) =>
      post(endpoints[index % endpoints.length] as URL, await body(index)),
    ),
  ),
);
agent.destroy();
