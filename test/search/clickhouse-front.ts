import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { drainPending, Session } from "chdb";

/** Settings of ClickHouse's HTTP layer, which the engine below it does not know. */
const HTTP_SETTINGS = new Set(["wait_end_of_query", "enable_http_compression", "send_progress_in_http_headers"]);
/** Parameters that are not settings. */
const OTHER = new Set(["query", "query_id", "database", "session_id", "role"]);

/**
 * Enough of ClickHouse's HTTP interface for its official client, with chDB below it: the statement in the body or the `query`
 * parameter, values as `param_*` in the escaped form of the protocol, errors as text with a code, one running statement a
 * query id. What it does not know it refuses, so that nothing is ignored silently.
 */
export class ClickHouseFront {
  private readonly session: Session;
  private readonly running = new Set<string>();
  private server: Server | undefined;
  private port = 0;
  /** Called with each statement before it runs; what it throws is answered as an error. */
  before: (statement: string) => void = () => {};
  /** Called once it has run; what it throws is answered as an error, though the statement took effect. */
  after: (statement: string) => void = () => {};

  constructor(directory: string) {
    this.session = new Session(directory);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens; after `stop`, on the same port again. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.answer(request, response));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }

  async close(): Promise<void> {
    await this.stop();
    await drainPending();
    this.session.close();
    await drainPending();
  }

  /** As if a statement with this id were still running. */
  hold(queryId: string): void {
    this.running.add(queryId);
  }

  release(queryId: string): void {
    this.running.delete(queryId);
  }

  async execute(statement: string): Promise<void> {
    await this.session.queryAsync(statement);
  }

  /** Whether a setting of a statement is known, and can be left out here. */
  protected takesSetting(_name: string, _value: string): boolean {
    return false;
  }

  /** What is run instead of a statement. */
  protected async translate(statement: string): Promise<string> {
    return statement;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.url);
    if (url.pathname === "/ping") return void response.end("Ok.\n");
    const queryId = url.searchParams.get("query_id") ?? "";
    try {
      const body = await text(request);
      if (this.running.has(queryId))
        throw new Error(
          `Code: 216. DB::Exception: Query with id = ${queryId} is already running. (QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING)`,
        );
      this.running.add(queryId);
      try {
        const statement = [url.searchParams.get("query"), body].filter(Boolean).join("\n");
        this.before(statement);
        const result = await this.run(await this.translate(statement), url.searchParams);
        this.after(statement);
        response.setHeader("X-ClickHouse-Query-Id", queryId);
        response.end(result);
      } finally {
        this.running.delete(queryId);
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      response.statusCode = 500;
      response.setHeader("X-ClickHouse-Exception-Code", /Code: (\d+)/.exec(message)?.[1] ?? "1000");
      response.end(message);
    }
  }

  private async run(statement: string, search: URLSearchParams): Promise<Uint8Array> {
    const parameters: Record<string, string | string[]> = {};
    for (const [name, value] of search) {
      if (name.startsWith("param_")) {
        const key = name.slice("param_".length);
        const isArray = new RegExp(`\\{${key}:\\s*Array\\(String\\)\\}`).test(statement);
        parameters[key] = isArray ? readArray(value) : unescaped(value);
      } else if (!OTHER.has(name) && !HTTP_SETTINGS.has(name) && !this.takesSetting(name, value)) {
        throw new Error(
          `Code: 115. DB::Exception: Setting ${name} is neither a builtin setting nor known here. (UNKNOWN_SETTING)`,
        );
      }
    }
    const result =
      Object.keys(parameters).length > 0
        ? await this.session.queryBindAsync(statement, parameters)
        : await this.session.queryAsync(statement);
    return result.bytes();
  }
}

const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "0": "\0" };

/** The TabSeparated escaping in which the protocol carries parameters. */
function unescaped(value: string): string {
  return value.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}

/** `['a','b']` */
function readArray(value: string): string[] {
  return [...value.matchAll(/'((?:[^'\\]|\\.)*)'/gs)].map(([, item = ""]) => unescaped(item));
}
