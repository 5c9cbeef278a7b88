import { connect, type Socket } from "node:net";

const HEAD_END = Buffer.from("\r\n\r\n");

/** Bytes of a request with a key. @param head further lines. */
export function requestBytes(method: string, path: string, key: string, head = "", body: Buffer | string = ""): Buffer {
  const length =
    method === "POST" && !head.includes("content-length") ? `content-length: ${Buffer.byteLength(body)}\r\n` : "";
  const type = method === "POST" ? "content-type: application/json\r\n" : "";
  const lines = `${method} ${path} HTTP/1.1\r\nhost: daybook\r\nauthorization: Bearer ${key}\r\n${type}${length}${head}\r\n`;
  return Buffer.concat([Buffer.from(lines), Buffer.from(body)]);
}

export interface Answer {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number;
  readonly body: string;
}

/** One keep-alive connection that sends bytes made beforehand: a flood must cost its sender little. */
export class Connection {
  private readonly url: URL;
  private socket: Socket | undefined;

  constructor(url: string) {
    this.url = new URL(url);
  }

  get isOpen(): boolean {
    return this.socket !== undefined && !this.socket.destroyed;
  }

  /** @returns status 0 when the connection ended without an answer. */
  async send(request: Buffer): Promise<Answer> {
    const socket = this.open();
    const chunks: Buffer[] = [];
    let wanted: number | undefined;
    let received = 0;
    return await new Promise((resolve) => {
      const end = () => {
        socket.off("data", take).off("close", end);
        resolve(parse(Buffer.concat(chunks)));
      };
      const take = (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        wanted ??= lengthOf(Buffer.concat(chunks));
        if (wanted !== undefined && received >= wanted) end();
      };
      socket.on("data", take).on("close", end);
      socket.write(request);
    });
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  /** @param reading whether what comes is read. */
  open(reading = true): Socket {
    if (this.socket !== undefined && this.isOpen) return this.socket;
    const socket = connect(Number(this.url.port), this.url.hostname).setNoDelay(true);
    socket.on("error", () => undefined);
    if (!reading) socket.pause();
    this.socket = socket;
    return socket;
  }
}

/** Of an answer with its head, once its head is there. */
function lengthOf(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return undefined;
  const [, length = "0"] = /content-length: (\d+)/i.exec(bytes.toString("latin1", 0, end)) ?? [];
  return end + HEAD_END.length + Number(length);
}

function parse(bytes: Buffer): Answer {
  const end = bytes.indexOf(HEAD_END);
  const head = bytes.toString("latin1", 0, Math.max(0, end));
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
    retryAfter: Number(/retry-after: (\d+)/i.exec(head)?.[1] ?? 0),
    body: end < 0 ? "" : bytes.toString("utf8", end + HEAD_END.length),
  };
}
