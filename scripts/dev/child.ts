import { fileURLToPath } from "node:url";
import { importPackages } from "./dependencies.ts";
import { describeFailure } from "./failure.ts";
import type { FromServer, ToServer } from "./messages.ts";

/**
 * The process of a server. It imports the packages as it is created, waits, imports the sources when asked to, and starts the server when the
 * one before has ended.
 */

const stop = new AbortController();
let loading: Promise<typeof import("./server.ts")> | undefined;
let started = false;
const packages = importPackages(fileURLToPath(new URL("../../src", import.meta.url)));

process.on("message", (message: ToServer) => {
  if (message.type === "load") load();
  else if (message.type === "start") void run(message);
  else end();
});
// The parent was killed.
process.on("disconnect", end);
process.on("SIGTERM", end);
// A terminal sends Ctrl-C to this process too; the parent answers it.
process.on("SIGINT", () => undefined);

function load(): void {
  loading = packages.then(() => import("./server.ts"));
  loading.catch(async (error: unknown) => {
    await send({ type: "failed", stage: "load", reason: describeFailure(error) });
    process.exit(1);
  });
}

async function run({ config, greet }: Extract<ToServer, { type: "start" }>): Promise<void> {
  started = true;
  const server = await loading?.catch(() => undefined);
  if (server === undefined) return;
  try {
    const listening = (port: number) => void send({ type: "listening", port });
    await server.serve(config, { greet, listening, stop: stop.signal });
    process.exit(0);
  } catch (error) {
    await send({ type: "failed", stage: "start", reason: describeFailure(error) });
    process.exit(1);
  }
}

function end(): void {
  if (!started) process.exit(0);
  stop.abort();
}

/** Resolves once the parent has it, or is gone. */
function send(message: FromServer): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, {}, () => resolve());
  });
}
