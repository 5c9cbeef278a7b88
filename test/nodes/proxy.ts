import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of bytes that come from PostgreSQL, or go to it. `lost`: they are thrown away, and no connection is made meanwhile. */
type Path = "open" | "lost";

/** Sits between nodes and the socket of PostgreSQL, and loses what a test has it lose. */
export class LossyProxy {
  /** From PostgreSQL. */
  answers: Path = "open";
  /** To PostgreSQL. */
  questions: Path = "open";
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(server: Server, path: string) {
    this.server = server;
    server.on("connection", (client) => this.join(client, connect(path)));
  }

  static async start(databaseUrl: string): Promise<LossyProxy> {
    const directory = new URL(databaseUrl.replace("@/", "@localhost/")).searchParams.get("host") ?? "";
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new LossyProxy(server, `${directory}/.s.PGSQL.5432`);
  }

  /** The same database, through here. */
  url(databaseUrl: string): string {
    const { pathname } = new URL(databaseUrl.replace("@/", "@localhost/"));
    return `postgresql://daybook@127.0.0.1:${(this.server.address() as AddressInfo).port}${pathname}`;
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
