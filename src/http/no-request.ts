import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { uuidv7 } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { errorCode } from "../log/index.ts";
import { problemBody, problemHeaders } from "./problem.ts";

/** Bytes of an address and headers, together: Node's own bound. */
const HEAD_BYTES_MAX = 16 * 1024;

/**
 * Answers what never becomes a request: bytes that are not HTTP, headers that are too long or too slow, `Expect` of a value other than
 * `100-continue`, `CONNECT`. Node by itself answers them without a body, or not at all.
 */
export function answerWhatIsNoRequest(server: Server): void {
  server.on("clientError", (error: Error, socket: Duplex) => {
    // Nobody is there to read it, or an answer has begun already.
    if (errorCode(error) === "ECONNRESET" || !socket.writable || hasBegun(socket)) socket.destroy(error);
    else end(socket, faultOf(error));
  });
  server.on("checkExpectation", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const expected = JSON.stringify(incoming.headers.expect);
    answer(
      outgoing,
      new DaybookError("expectation_failed", `Expect must be 100-continue or left out, not ${expected}.`),
    );
  });
  server.on("connect", (_incoming: IncomingMessage, socket: Duplex) => {
    end(socket, new DaybookError("method_not_allowed", "This server is not a proxy: it does not support CONNECT."));
  });
}

function faultOf(error: Error): DaybookError {
  switch (errorCode(error)) {
    case "HPE_HEADER_OVERFLOW":
      return new DaybookError("headers_too_large", `The address and headers take more than ${HEAD_BYTES_MAX} bytes.`);
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new DaybookError("too_large", "The chunk extensions of the body are too long.");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new DaybookError("too_slow", "The request was sent too slowly.");
    default:
      return new DaybookError("invalid_request", "The request is not well-formed HTTP.");
  }
}

/** Whether an answer on this connection is on its way: bytes of another one must not follow in the middle of it. */
function hasBegun(socket: Duplex): boolean {
  const { _httpMessage: current } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  return current?.headersSent === true;
}

function answer(outgoing: ServerResponse, error: DaybookError): void {
  const { headers, body } = partsOf(error);
  outgoing.writeHead(error.status, headers).end(body);
}

function end(socket: Duplex, error: DaybookError): void {
  const { headers, body } = partsOf(error);
  const lines = Object.entries({ ...headers, connection: "close" }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${lines.join("")}\r\n${body}`);
}

function partsOf(error: DaybookError): { headers: Record<string, string | number>; body: string } {
  const requestId = uuidv7();
  const body = JSON.stringify(problemBody(error, requestId));
  const headers = {
    ...problemHeaders(error),
    "content-length": Buffer.byteLength(body),
    "x-content-type-options": "nosniff",
    "x-request-id": requestId,
  };
  return { headers, body };
}
