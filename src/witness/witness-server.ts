import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "../logger.ts";
import type { Answer, Witness } from "./add-checkpoint.ts";

/** Far more than 63 hashes and a checkpoint with its signatures. */
const REQUEST_BYTES_MAX = 64 * 1024;
const REQUEST_MS_MAX = 10_000;

/** Speaks `POST /add-checkpoint`, and nothing else. */
export function witnessServer(witness: Witness, logger: Logger): Server {
  const server = createServer((request, response) => {
    answer(witness, request, response).catch((error: unknown) => {
      logger.error("witness: a request failed", { error });
      send(response, 500, "text/plain; charset=utf-8", "Something went wrong on our side.\n");
    });
  });
  server.requestTimeout = REQUEST_MS_MAX;
  server.headersTimeout = REQUEST_MS_MAX;
  return server;
}

async function answer(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = "text/plain; charset=utf-8";
  if (request.url !== "/add-checkpoint") return send(response, 404, text, "Nothing was found at this address.\n");
  if (request.method !== "POST") return send(response, 405, text, "This address allows POST.\n");
  const body = await readBody(request);
  if (body === undefined) return send(response, 413, text, "The request is too large.\n");
  const { status, type = text, body: answered }: Answer = await witness.addCheckpoint(body);
  send(response, status, type, answered);
}

/** @returns undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > REQUEST_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return;
  if (status === 413) response.shouldKeepAlive = false;
  response.writeHead(status, { "content-type": type }).end(body);
}
