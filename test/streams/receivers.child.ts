import { existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import S3rver from "@20minutes/s3rver";
import { BUCKET, type Journaled, type Mode, type Ports } from "./receiver-process.ts";
import { PROTOCOLS } from "./receiver-protocols.ts";

/**
 * A receiver of each type, in one process that can be killed: what it acknowledges is in its journal before. Its arguments are a directory and the ports; its
 * parent says how it behaves.
 */

const [directory = "", ports = "{}"] = process.argv.slice(2);
const { http, s3, syslog } = JSON.parse(ports) as Ports;
const POISON = "poison pill";
const SLOW_MS = 200;

const path = join(directory, "journal.ndjson");
const before = existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
const journal = openSync(path, "a");

let mode: Mode = "take";

function write(lines: readonly Journaled[]): void {
  if (lines.length > 0) writeSync(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** Without checkpoints. */
function take(sink: string, texts: readonly string[], object?: string): void {
  const lines = texts.flatMap((text) => {
    const { type, id, sequence, shortened } = JSON.parse(text);
    const line = { sink, id, sequence, shortened: shortened?.reason, object };
    return type === undefined ? [line] : [];
  });
  write(lines);
}

/** Documents that the index has. */
const documents = new Set(
  before.flatMap((line) => {
    const { sink, id } = JSON.parse(line) as Journaled;
    return sink === "elasticsearch" && id !== undefined ? [`acme/${id}`] : [];
  }),
);

async function overHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "", headers } = request;
  const sink = url.split("/")[1] ?? "";
  const bytes = await buffer(request);
  const body = (headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
  const hold = () => write([{ sink, held: true }]);
  if (mode === "hang before") return hold();
  if (mode === "slow") await pause(SLOW_MS);
  const refuses = (text: string) => mode === "refuse poison" && text.includes(POISON);
  const { taken, status = 200, answer = "" } = PROTOCOLS[sink]?.({ url, body, refuses, documents }) ?? { taken: [] };
  take(sink, taken);
  if (mode === "hang after") return hold();
  response.writeHead(status).end(answer);
}

/** The bucket stores an object before it answers. */
const store = new S3rver({
  address: "127.0.0.1",
  port: s3,
  silent: true,
  directory: join(directory, "s3"),
  configureBuckets: [{ name: BUCKET }],
});
const toStore = store.callback();

function toBucket(request: IncomingMessage, response: ServerResponse): void {
  const { method, url = "" } = request;
  if (mode === "hang before") {
    request.resume();
    write([{ sink: "s3", held: true }]);
    return;
  }
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = ((...args: unknown[]) => {
    if (method === "PUT" && response.statusCode === 200 && url.endsWith(".ndjson.gz")) {
      const stored = readFileSync(join(directory, "s3", `${decodeURIComponent(url)}._S3rver_object`));
      take("s3", gunzipSync(stored).toString().trim().split("\n"), url);
    }
    if (mode === "hang after") write([{ sink: "s3", held: true }]);
    else setTimeout(() => end(...args), mode === "slow" ? SLOW_MS : 0);
    return response;
  }) as typeof response.end;
  toStore(request, response);
}

const sockets = new Set<Socket>();

/** RFC 6587: messages with their lengths before them. There is no answer. */
function overSyslog(socket: Socket): void {
  sockets.add(socket.on("error", () => undefined));
  let waiting = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const space = waiting.indexOf(" ");
      const end = space + 1 + Number(waiting.toString("latin1", 0, Math.max(0, space)));
      if (space < 0 || waiting.length < end) break;
      take("syslog", [/\] (\{.*)$/s.exec(waiting.toString("utf8", space + 1, end))?.[1] ?? "{}"]);
      waiting = waiting.subarray(end);
    }
    if (mode !== "slow") return;
    socket.pause();
    setTimeout(() => read(socket), SLOW_MS);
  });
  read(socket);
}

function read(socket: Socket): void {
  if (mode.startsWith("hang")) socket.pause();
  else socket.resume();
}

process.on("message", (wanted: Mode) => {
  mode = wanted;
  for (const socket of sockets) read(socket);
  process.send?.(wanted);
});
process.on("disconnect", () => process.exit());

const servers = [
  createServer((request, response) => void overHttp(request, response)).listen(http, "127.0.0.1"),
  createServer(toBucket).listen(s3, "127.0.0.1"),
  createTcpServer(overSyslog).listen(syslog, "127.0.0.1"),
];
await store.configureBuckets();
await Promise.all(
  servers.map(
    (server) => new Promise((resolve) => (server.listening ? resolve(1) : server.once("listening", resolve))),
  ),
);
process.send?.(mode);
