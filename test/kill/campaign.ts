import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../src/demo/random.ts";
import { ServerProcess } from "../support/server.ts";
import type { Book } from "./book.ts";
import { type Batch, type Client, Load } from "./clients.ts";

/** Sends a request again this long after it was refused, or found nobody. */
const AGAIN_MS = 20;

export const ORGANIZATIONS = ["acme", "globex", "initech"] as const;

/** Clients of one server that is ended and started again, over and over, on the same data and the same port. */
export class Campaign {
  readonly book: Book;
  /** Reads everything; also the key of the clients that write for several organizations. */
  readonly platformKey: string;
  private readonly load: Load;
  private readonly random: Random;
  private readonly clients: readonly Client[];
  private unanswered: Batch[] = [];
  private running: ServerProcess;

  private constructor(
    server: ServerProcess,
    book: Book,
    random: Random,
    platformKey: string,
    clients: readonly Client[],
  ) {
    this.running = server;
    this.book = book;
    this.random = random;
    this.platformKey = platformKey;
    this.clients = clients;
    this.load = new Load(book, random);
  }

  static async begin(book: Book, random: Random): Promise<Campaign> {
    const server = await ServerProcess.start({ args: ["--port", String(await freePort(random))] });
    const scopes = ["--scopes", "events:write,events:read,organizations:write,keys:manage"];
    const platformKey = await server.key(["--platform", ...scopes]);
    const made = async (path: string, method: string, body: unknown) => {
      const init = { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const response = await server.fetch(path, init, platformKey);
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.json() as Promise<{ key: string }>;
    };
    const clients: Client[] = [];
    for (const organization of ORGANIZATIONS) {
      await made(`/v1/organizations/${organization}`, "PUT", { name: organization });
      const { key } = await made("/v1/keys", "POST", { organization, name: "load", scopes: ["events:write"] });
      for (const shape of ["single", "array"] as const)
        clients.push({ key, platform: false, organizations: [organization], shape });
    }
    for (const shape of ["single", "array", "ndjson"] as const)
      clients.push({ key: platformKey, platform: true, organizations: ORGANIZATIONS, shape });
    return new Campaign(server, book, random, platformKey, clients);
  }

  get server(): ServerProcess {
    return this.running;
  }

  /**
   * Lets all clients send, ends the server in the midst of it, starts it again and sends again what had no answer.
   * @returns how many requests had none when it was gone.
   */
  async endOnce(signal: NodeJS.Signals): Promise<number> {
    const enough = this.book.size + this.random.between(30, 150);
    const gone = once(this.running.child, "close");
    const sending = [...this.clients.map((client) => this.sendUntilGone(client)), this.renameUntilGone()];
    while (this.book.size < enough && this.book.faults.length === 0) await pause(1);
    await pause(this.random.float() * 10);
    this.running.child.kill(signal);
    await Promise.all([...sending, gone]);
    const lost = this.unanswered.map(withIds);
    const { length } = this.unanswered;
    this.unanswered = [];
    // Clients do not wait until it is up again.
    const { port } = new URL(this.running.url);
    const { dataDir } = this.running;
    const started = new AbortController();
    const start = ServerProcess.start({ dataDir, args: ["--port", port] }).finally(() => started.abort());
    const [server] = await Promise.all([start, ...lost.map((batch) => this.sendUntilDone(batch, started.signal))]);
    this.running = server;
    return length;
  }

  private async sendUntilGone(client: Client): Promise<void> {
    let rest: Batch | undefined;
    while (this.book.faults.length === 0) {
      const batch = rest ?? this.load.next(client);
      try {
        rest = await this.load.send(this.running.url, batch);
      } catch {
        this.unanswered.push(batch);
        return;
      }
      if (rest) await pause(AGAIN_MS);
    }
  }

  /** @param started aborts when the server has started, or could not. From then on it must answer. */
  private async sendUntilDone(batch: Batch, started: AbortSignal): Promise<void> {
    let rest: Batch | undefined = batch.sents.length > 0 ? batch : undefined;
    while (rest && this.book.faults.length === 0) {
      const mustAnswer = started.aborted;
      try {
        rest = await this.load.send(this.running.url, rest);
      } catch (error) {
        if (mustAnswer) throw error;
      }
      if (rest) await pause(AGAIN_MS);
    }
  }

  /** Changes identity, whose events reach the log by its outbox. */
  private async renameUntilGone(): Promise<void> {
    for (let n = 0; this.book.faults.length === 0; n++) {
      const organization = this.random.pick(ORGANIZATIONS);
      const init = {
        method: "PUT",
        body: JSON.stringify({ name: `${organization} ${Date.now()} ${n}` }),
        headers: { "content-type": "application/json" },
      };
      this.book.rename(organization, "attempted");
      try {
        const response = await this.running.fetch(`/v1/organizations/${organization}`, init, this.platformKey);
        if (response.status === 200) this.book.rename(organization, "acknowledged");
        else if (response.status !== 503) this.book.faults.push(`rename: ${response.status} ${await response.text()}`);
      } catch {
        return;
      }
    }
  }
}

/** What can be sent again: an event that has no id of its own would be another one. */
function withIds({ client, sents }: Batch): Batch {
  return { client, sents: sents.filter(({ event }) => event.id !== undefined) };
}

/** A port that stays free while the server is away: below those that the system gives to outgoing connections. */
async function freePort(random: Random): Promise<number> {
  for (;;) {
    const port = random.between(20_000, 32_000);
    const probe = createServer();
    const listening = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "localhost", () => resolve(true));
    });
    if (!listening) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}
