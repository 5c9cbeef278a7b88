import type { Server } from "node:http";
import type { Config } from "./config.ts";
import { createNodeServer } from "./http/index.ts";
import { addressesOf, listen, stopServing, urlOf } from "./listen.ts";

type FrontConfig = Pick<Config, "host" | "port" | "readerTimeout">;

/** Where requests come in: a server at each address of the host, all at one port. */
export class Front {
  /** The address on this machine. */
  readonly url: string;
  private readonly servers: Server[];
  private readonly others: readonly string[];
  private readonly config: FrontConfig;
  private readonly abort = new AbortController();

  private constructor(config: FrontConfig, first: Server, others: readonly string[]) {
    this.url = urlOf(config.host, config.port);
    this.servers = [first];
    this.others = others;
    this.config = config;
  }

  /** Listens on the first address. A request that comes before `answer` is called, in the same turn, would get no answer. */
  static async open(config: FrontConfig): Promise<Front> {
    const [address, ...others] = await addressesOf(config.host);
    const first = serverOf(config);
    const port = await listen(first, address, config);
    return new Front({ ...config, port }, first, others);
  }

  /** Aborts when the server begins to stop. */
  get stopping(): AbortSignal {
    return this.abort.signal;
  }

  /** Lets requests be answered, then listens on the other addresses. */
  async answer(answer: (server: Server) => void): Promise<void> {
    for (const server of this.servers) answer(server);
    for (const address of this.others) {
      const server = serverOf(this.config);
      answer(server);
      this.servers.push(server);
      await listen(server, address, this.config);
    }
  }

  async close(): Promise<void> {
    this.abort.abort();
    await stopServing(this.servers);
  }
}

function serverOf({ readerTimeout }: FrontConfig): Server {
  return createNodeServer({ readerTimeoutMs: readerTimeout * 1000 });
}
