import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";

export interface RawAnswer {
  /** 0 when the connection closed without an answer. */
  readonly status: number;
  /** Names in lower case; of repeated ones the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends bytes that no HTTP client would, and reads until the connection closes: ask for that with `connection: close`.
 *
 * @param pieces sent one after the other; the connection stays open for the answer.
 */
export async function sendRaw(url: string, ...pieces: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // A server that has answered may reset what it was still being sent.
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  for (const piece of pieces) socket.write(piece);
  await closed;
  const text = Buffer.concat(chunks).toString("utf8");
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [statusLine = "", ...lines] = head.split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    status: Number(statusLine.split(" ")[1] ?? 0),
    headers: Object.fromEntries(headers),
    body: rest.join("\r\n\r\n"),
  };
}

/**
 * Begins a request with a JSON body and holds the body back.
 * @returns once the server waits for it, a function that sends it. That gives the answer.
 */
export async function beginJson(
  url: URL,
  { method, headers, body }: { method: string; headers: Record<string, string>; body: unknown },
): Promise<() => Promise<{ status: number; body: string }>> {
  const bytes = Buffer.from(JSON.stringify(body));
  const sending = request(url, {
    method,
    headers: {
      ...headers,
      "content-type": "application/json",
      "content-length": bytes.length,
      expect: "100-continue",
    },
  });
  sending.flushHeaders();
  await once(sending, "continue");
  return async () => {
    const answered = once(sending, "response");
    sending.end(bytes);
    const [response] = await answered;
    return { status: response.statusCode, body: await text(response) };
  };
}
