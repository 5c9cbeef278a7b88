import { parsePosition } from "@daybook/sdk";
import { dataPaths } from "../src/data-paths.ts";
import type { Bench } from "./bench.ts";
import { Daybook } from "./daybook.ts";
import { runProgram } from "./process.ts";

/**
 * The floor under the API's answers: the same questions put to the engine in a process of its own, without HTTP. The engine
 * allows one process a directory, so the server is stopped meanwhile and started again.
 *
 * @param paths of the API, with their parameters.
 * @returns milliseconds, one list a path.
 */
export async function askEngine(bench: Bench, paths: readonly string[]): Promise<Record<string, number[]>> {
  const { dataDir, key } = bench.daybook;
  const { indexed_through } = await bench.daybook.read<{ indexed_through: string }>(
    "/v1/events?tenant_id=org-000&limit=1",
  );
  await bench.daybook.stop();
  try {
    return await runProgram("engine", {
      directory: dataPaths(dataDir).search,
      logId: parsePosition(indexed_through)?.logId,
      paths,
      rounds: bench.options.rounds,
    });
  } finally {
    bench.daybook = await Daybook.start(dataDir, key);
  }
}
