import { Agent, request as httpRequest } from "node:http";
import { buffer } from "node:stream/consumers";

/** A request of the campaign, with what must be answered. */
export interface Tried {
  readonly method: string;
  /** As it is sent, query string included. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly expected: Expected;
}

export interface Expected {
  /** One of these. */
  readonly status: readonly number[];
  readonly code?: string;
  /** Or one of these, whatever else is wrong: because of who asks, and for what. */
  readonly before?: readonly number[];
  /** What the problem names, whatever the order. */
  readonly pointers?: readonly string[];
  /** What it can name besides, where more than one thing is wrong. */
  readonly also?: readonly string[];
  /** Whether the answer is HTML. Default: it is not. */
  readonly html?: boolean;
  /** @throws when the body is not what the model says. */
  readonly check?: (body: string) => void;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly requestId: string | undefined;
  readonly body: string;
}

/** Sends requests as they are, over connections that are used again. */
export class Sender {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 16 });
  private readonly url: URL;

  constructor(url: string) {
    this.url = new URL(url);
  }

  ask({ method, path, headers, body }: Omit<Tried, "expected">): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.url;
      const length = body === undefined ? {} : { "content-length": body.length };
      const sent = httpRequest({ agent: this.agent, hostname, port, method, path, headers: { ...headers, ...length } });
      sent.on("error", reject);
      sent.on("response", (response) => {
        const { "content-type": type = "", "x-request-id": id } = response.headers;
        const requestId = Array.isArray(id) ? id[0] : id;
        buffer(response).then(
          (read) => resolve({ status: response.statusCode ?? 0, type, requestId, body: read.toString("utf8") }),
          reject,
        );
      });
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Why an answer is not what was expected; undefined when it is. */
export function fault({ method, expected }: Tried, answer: Answer): string | undefined {
  const { status, type, body, requestId } = answer;
  const early = expected.before?.includes(status) === true;
  if (status === 0 || status >= 500) return "an error of the server";
  if (requestId === undefined) return "no request id";
  if (type.startsWith("text/html") !== (expected.html === true)) return `the type ${type}`;
  if (!early && !expected.status.includes(status)) return `the status ${status}`;
  if (method === "HEAD") return body === "" ? undefined : "a body";
  if (status >= 400) {
    if (type !== "application/problem+json") return `the type ${type}`;
    const problem = JSON.parse(body) as { status: number; code: string; errors?: { pointer: string }[] };
    if (problem.status !== status) return "another status in the problem";
    if (early) return undefined;
    if (expected.code !== undefined && problem.code !== expected.code) return `the code ${problem.code}`;
    const named = new Set(problem.errors?.map(({ pointer }) => pointer));
    const { pointers, also = [] } = expected;
    const missing = pointers?.some((pointer) => !named.has(pointer)) ?? false;
    const surplus = pointers !== undefined && [...named].some((name) => ![...pointers, ...also].includes(name));
    if (missing || surplus) return `${[...named]} named`;
    return undefined;
  }
  try {
    expected.check?.(body);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
