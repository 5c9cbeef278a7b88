import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** One request as a receiver got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Decoded. */
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** `hang` never answers; `cut` ends the connection in the middle of an answer. */
export type Answerer = (request: Received) => Reply | "hang" | "cut";

const YES: Answerer = () => ({});

/** A real HTTP server that takes what streams send, and answers as a test wants. */
export class Receiver {
  readonly received: Received[] = [];
  readonly url: string;
  answer: Answerer = YES;
  private readonly server: ReturnType<typeof createServer>;
  private readonly waiting = new Set<() => void>();

  private constructor(server: ReturnType<typeof createServer>) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.take(request, response));
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Receiver(server);
  }

  /** What came to one path. */
  at(path: string): Received[] {
    return this.received.filter((request) => request.path.split("?")[0] === path);
  }

  /** Resolves once this holds: it is asked again with each request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
      });
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const { method = "", url: path = "", headers } = request;
    const body = (headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes).toString("utf8");
    const received = { method, path, headers, body };
    const reply = this.answer(received);
    this.received.push(received);
    if (reply === "cut") {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half");
      response.destroy();
    } else if (reply !== "hang") {
      response.writeHead(reply.status ?? 200, reply.headers);
      response.end(reply.body);
    }
    for (const go of [...this.waiting]) {
      this.waiting.delete(go);
      go();
    }
  }
}
