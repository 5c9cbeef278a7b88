import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of bytes that come from PostgreSQL, or go to it. `lost`: they are thrown away, and no connection is opened meanwhile. */
type Path = "open" | "lost";

/** Sits between nodes and the socket of PostgreSQL, and loses what a test has it lose. */
export class LossyProxy {
  /** From PostgreSQL. */
  answers: Path = "open";
  /** To PostgreSQL. */
  questions: Path = "open";
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private socket: string;

  private constructor(server: Server, databaseUrl: string) {
    this.server = server;
    this.socket = socketOf(databaseUrl);
    server.on("connection", (client) => this.join(client, connect(this.socket)));
  }

  /** @param host address of this machine that it listens on. */
  static async start(databaseUrl: string, host = "127.0.0.1"): Promise<LossyProxy> {
    const server = createServer();
    server.listen(0, host);
    await once(server, "listening");
    return new LossyProxy(server, databaseUrl);
  }

  /** The same database, through here. */
  url(databaseUrl: string): string {
    const { pathname } = new URL(databaseUrl.replace("@/", "@localhost/"));
    const { address, port } = this.server.address() as AddressInfo;
    return `postgresql://daybook@${address}:${port}${pathname}`;
  }

  /** Leads to another server from now on, as an address does that moves. */
  leadTo(databaseUrl: string): void {
    this.socket = socketOf(databaseUrl);
    this.cut();
  }

  /** Ends every connection. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }

  private join(client: Socket, server: Socket): void {
    if (this.answers === "lost" || this.questions === "lost") {
      client.destroy();
      server.destroy();
      return;
    }
    const end = () => {
      client.destroy();
      server.destroy();
      this.sockets.delete(client);
      this.sockets.delete(server);
    };
    for (const socket of [client, server]) {
      this.sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    client.on("data", (bytes) => (this.questions === "lost" ? end() : server.write(bytes)));
    server.on("data", (bytes) => (this.answers === "lost" ? end() : client.write(bytes)));
  }
}

function socketOf(databaseUrl: string): string {
  const directory = new URL(databaseUrl.replace("@/", "@localhost/")).searchParams.get("host") ?? "";
  return `${directory}/.s.PGSQL.5432`;
}
