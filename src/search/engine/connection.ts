import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { type createClient, parseError } from "@clickhouse/client";
import type { Engine } from "./engine.ts";
import { EngineRefused, EngineUnavailable } from "./errors.ts";
import type { Value } from "./statement.ts";

/** What ClickHouse's client sends its statements through. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>["connection"]>;
type Asked = Parameters<Connection["query"]>[0];

/** What the client sets for the protocol of a server; over a channel it means nothing. */
const PROTOCOL_SETTINGS = new Set(["wait_end_of_query"]);

/** ClickHouse's own client, with the embedded engine's process in the place of a server. */
export class EngineConnection implements Connection {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  async query(asked: Asked) {
    const { queryId, result } = await this.run(asked);
    return { ...answerOf(queryId), stream: streamOf(result) };
  }

  async exec(asked: Parameters<Connection["exec"]>[0]) {
    const rows = asked.values === undefined ? undefined : await piecesOf(asked.values);
    const { queryId, result } = await this.run(asked, rows);
    return { ...answerOf(queryId), stream: streamOf(result) };
  }

  async command(asked: Asked) {
    const { queryId } = await this.run(asked);
    return answerOf(queryId);
  }

  async insert(): Promise<never> {
    throw new Error("The embedded engine takes rows with exec only.");
  }

  async ping() {
    try {
      await this.run({ query: "SELECT 1" });
      return { success: true } as const;
    } catch (error) {
      return { success: false, error: error instanceof Error ? error : new Error(String(error)) } as const;
    }
  }

  close() {
    return this.engine.close();
  }

  private async run(
    { query, query_params, query_id, clickhouse_settings = {}, abort_signal }: Asked,
    rows?: readonly Uint8Array[],
  ) {
    const setting = Object.keys(clickhouse_settings).find((name) => !PROTOCOL_SETTINGS.has(name));
    if (setting !== undefined) throw new Error(`The embedded engine takes ${setting} as part of a statement only.`);
    // A value of another type is refused where it becomes part of the statement.
    const values = (query_params ?? {}) as Record<string, Value>;
    try {
      const result = await this.engine.run({ sql: query, values, queryId: query_id, rows }, abort_signal);
      return { queryId: query_id ?? randomUUID(), result };
    } catch (error) {
      if (abort_signal?.aborted || error instanceof EngineUnavailable || error instanceof EngineRefused) throw error;
      throw error instanceof Error ? parseError(error) : error;
    }
  }
}

function answerOf(queryId: string) {
  return { query_id: queryId, response_headers: {}, http_status_code: 200 };
}

async function piecesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces;
}

function streamOf(result: Buffer): Readable {
  const stream = new Readable({
    read() {
      this.push(result);
      this.push(null);
    },
  });
  // The client destroys what is not read to its end with an error, which is nobody's to handle.
  stream.on("error", () => undefined);
  return stream;
}
