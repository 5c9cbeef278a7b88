import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { CHANNEL_FD, Channel, FROM_ENGINE, type Frame, TO_ENGINE } from "../channel.ts";
import { decodeStatement } from "../statement.ts";
import type { Sessions } from "./sessions.ts";
import { Statements } from "./statements.ts";

// The embedded engine's process: it opens chDB on one directory and runs what the server sends it. The server starts it, with nothing to
// read on standard input, and it ends when the server's end of the channel closes, however the server came to its end.

const [, , directory = ""] = process.argv;
let statements: Statements | undefined;

// A terminal, or who stops a service, sends these to the whole group of processes: the server decides when the engine is no longer needed.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
preferredByTheOomKiller();

const channel = new Channel(new Socket({ fd: CHANNEL_FD, readable: true, writable: true }), {
  frame: receive,
  // At once, whatever the engine is doing: it loses nothing by it, and the next one needs the directory.
  ended: () => process.kill(process.pid, "SIGKILL"),
});
// Not awaited: with an await at the top of a module the build moves every source file to another place.
void open();

function receive({ kind, id, payload }: Frame): void {
  if (kind === TO_ENGINE.statement) void run(id, payload);
  else if (kind === TO_ENGINE.cancel) void cancel(id);
  else if (kind === TO_ENGINE.ping) channel.send(FROM_ENGINE.pong);
  else if (kind === TO_ENGINE.close) void close();
}

async function open(): Promise<void> {
  try {
    const { Sessions } = await import("./sessions.ts");
    const sessions: Sessions = await Sessions.open(directory);
    statements = new Statements(sessions);
    channel.send(FROM_ENGINE.ready);
  } catch (error) {
    channel.send(FROM_ENGINE.refused, 0, Buffer.from(messageOf(error)));
  }
}

async function run(id: number, payload: Buffer): Promise<void> {
  try {
    if (statements === undefined) throw new Error("The engine is not open.");
    channel.send(FROM_ENGINE.result, id, await statements.run(id, decodeStatement(payload)));
  } catch (error) {
    channel.send(FROM_ENGINE.failed, id, Buffer.from(messageOf(error)));
  }
}

async function cancel(id: number): Promise<void> {
  try {
    await statements?.cancel(id);
  } catch (error) {
    process.stderr.write(`A statement could not be cancelled: ${messageOf(error)}\n`);
  }
}

async function close(): Promise<void> {
  try {
    await statements?.close();
  } catch (error) {
    process.stderr.write(`The engine was not closed cleanly: ${messageOf(error)}\n`);
  }
  process.exit(0);
}

/** When memory runs out the kernel ends one process: this one can be started again, and the server goes on taking events. */
function preferredByTheOomKiller(): void {
  if (process.platform !== "linux") return;
  try {
    writeFileSync("/proc/self/oom_score_adj", "500");
  } catch (error) {
    process.stderr.write(`The engine has no lower priority when memory runs out: ${messageOf(error)}\n`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
