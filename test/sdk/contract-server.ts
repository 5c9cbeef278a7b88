import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { EventInput, Receipt, RecordResult } from "@daybook/sdk";

/** What the server does with one request instead of answering it well. It may answer itself, or change results. */
type Fault = (exchange: Exchange) => Promise<void> | void;

interface Exchange {
  readonly events: readonly Sent[];
  readonly response: ServerResponse;
  /** Stores events and gives their results. */
  readonly store: (events: readonly Sent[]) => RecordResult[];
  readonly reply: (results: RecordResult[]) => void;
}

type Sent = EventInput & { id: string; timestamp: string };

/** `POST /v1/events` as the API's contract has it, in memory, on a free loopback port; the next requests can be made to fail. */
export interface ContractServer {
  readonly url: string;
  /** Every request's events, as they arrived. */
  readonly requests: readonly (readonly Sent[])[];
  readonly authorizations: readonly (string | undefined)[];
  /** What is stored, in order, each id once. */
  readonly stored: readonly Sent[];
  /** One fault a request, in this order; afterwards all is well again. */
  failNext(...faults: Fault[]): void;
  /** Resolves when that many requests have arrived in all. */
  requested(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startContractServer(): Promise<ContractServer> {
  const requests: Sent[][] = [];
  const authorizations: (string | undefined)[] = [];
  const stored: Sent[] = [];
  const faults: Fault[] = [];
  let waiting: { count: number; resolve: () => void }[] = [];

  const store = (events: readonly Sent[]): RecordResult[] =>
    events.map((event) => {
      const known = stored.find(({ id }) => id === event.id);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(event)) {
        return rejection(event.id, "id_conflict");
      }
      if (known === undefined) stored.push(event);
      return receipt(
        event.id,
        stored.findIndex(({ id }) => id === event.id),
        known !== undefined,
      );
    });

  const server = createServer(async (request, response) => {
    const events = JSON.parse(await bodyOf(request)) as Sent[];
    requests.push(events);
    authorizations.push(request.headers.authorization);
    const fault = faults.shift();
    const reply = (results: RecordResult[]) => {
      const partial = results.some((result) => "error" in result);
      response.writeHead(partial ? 207 : 201, { "content-type": "application/json" });
      response.end(JSON.stringify({ results }));
    };
    const exchange: Exchange = { events, response, store, reply };
    if (request.method !== "POST" || request.url !== "/v1/events") response.writeHead(404).end();
    else if (fault === undefined) reply(store(events));
    else await fault(exchange);
    for (const { resolve } of waiting.filter(({ count }) => count <= requests.length)) resolve();
    waiting = waiting.filter(({ count }) => count > requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    authorizations,
    stored,
    failNext: (...more) => faults.push(...more),
    requested: (count) =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            waiting.push({ count, resolve });
          }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers with a problem (RFC 9457). Nothing is stored. */
export function problem(status: number, code: string, headers: Record<string, string> = {}): Fault {
  return ({ response }) => {
    response.writeHead(status, { "content-type": "application/problem+json", ...headers });
    response.end(JSON.stringify({ status, code, detail: `planted ${code}`, request_id: "req_1", errors: [] }));
  };
}

/** Stores everything, then breaks the connection in the middle of the answer: the client cannot know. */
export const breakAfterStoring: Fault = async ({ events, response, store }) => {
  const text = JSON.stringify({ results: store(events) });
  response.writeHead(201, { "content-type": "application/json", "content-length": text.length });
  await new Promise<void>((resolve) => response.write(text.slice(0, 10), () => resolve()));
  response.destroy();
};

/** Leaves the client waiting. */
export const neverAnswer: Fault = () => undefined;

/** Answers some events, by their index, with an error of their own; the others are stored. */
export function refuseSome(codes: Readonly<Record<number, string>>): Fault {
  return ({ events, store, reply }) =>
    reply(
      events.flatMap((event, index) => {
        const code = codes[index];
        return code === undefined ? store([event]) : [rejection(event.id, code)];
      }),
    );
}

/** Stores everything, and warns of every event's actor. */
export const warn: Fault = ({ events, store, reply }) =>
  reply(
    store(events).map((result) => ({
      ...(result as Receipt),
      warnings: [{ pointer: "/actor/id", code: "personal_id", message: "looks like an e-mail address" }],
    })),
  );

function receipt(id: string, sequence: number, duplicate: boolean): RecordResult {
  const leaf_hash = createHash("sha256").update(id).digest("hex");
  return { id, log_id: "log", sequence, leaf_hash, recorded_at: "2026-11-22T12:00:00.000Z", duplicate };
}

function rejection(id: string, code: string): RecordResult {
  return { id, error: { code, message: `planted ${code}` } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
