import { rmSync } from "node:fs";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { Command } from "commander";
import { type App, startApp } from "../../src/app.ts";
import { announce, withdraw } from "../../src/cli/announcement.ts";
import { addServerOptions, type Config, toConfig } from "../../src/config.ts";
import { createLogger } from "../../src/logger.ts";
import { check } from "./answers.ts";
import { type ServerOptions, TestServer, temporaryDirectory } from "./server.ts";

/** About a thousandth of the real cost: set-ups and invitations hash passwords that no test is about. */
const PASSWORD_COST = { ln: 7, r: 8, p: 1 };

/**
 * A server inside the test's process: the same app on a real port, without the start of a process for each
 * file. Commands on its directory reach it, as they reach any server. Its search engine is a process of its own, as everywhere.
 */
export class AppServer extends TestServer {
  private readonly app: App;
  private readonly readOutput: () => string;
  private closed: Promise<void> | undefined;
  private issuedSetupToken: Promise<string> | undefined;

  private constructor(app: App, output: () => string) {
    super(app.config.dataDir, app.url);
    this.app = app;
    this.readOutput = output;
  }

  static override async start(options: Omit<ServerOptions, "env" | "stdin"> = {}): Promise<AppServer> {
    const config = configOf(options.dataDir ?? temporaryDirectory(), options.args ?? []);
    let printed = "";
    const logger = createLogger(
      new Writable({
        decodeStrings: false,
        write(chunk, _encoding, done) {
          printed += chunk;
          done();
        },
      }),
    );
    const app = await startApp(config, logger, { passwordCost: PASSWORD_COST });
    announce(config.dataDir, { url: app.localUrl, token: app.operatorToken, pid: process.pid });
    return new AppServer(app, () => printed);
  }

  /** What it has logged so far. */
  output(): string {
    return this.readOutput();
  }

  /** As in every server; and the answer is checked against what its route declares. */
  override async fetch(path: string, init: RequestInit = {}, key?: string): Promise<Response> {
    const response = await super.fetch(path, init, key);
    check(init.method ?? "GET", path, response);
    return response;
  }

  /** As the command line does it, without a process. */
  async key(args: readonly string[]): Promise<string> {
    const response = await fetch(new URL("/operator", this.app.localUrl), {
      method: "POST",
      headers: { authorization: `Bearer ${this.app.operatorToken}`, "content-type": "application/json" },
      body: JSON.stringify(createKeyCommand(args)),
    });
    if (!response.ok) throw new Error(`keys create answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { key: string }).key;
  }

  setupToken(): Promise<string> {
    this.issuedSetupToken ??= this.app.identity.issueSetupToken();
    return this.issuedSetupToken;
  }

  async stop(signal?: NodeJS.Signals): Promise<number> {
    if (signal !== undefined)
      throw new Error("No signal can end a server inside the test's process: use ServerProcess.");
    this.closed ??= this.close();
    await this.closed;
    return 0;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async close(): Promise<void> {
    withdraw(this.dataDir);
    await this.app.close();
  }
}

/** Options as `daybook serve` reads them, but from its arguments alone, whatever the environment of the tests holds. */
function configOf(dataDir: string, args: readonly string[]): Config {
  const command = addServerOptions(new Command().exitOverride());
  command.parse(["--port", "0", "--data-dir", dataDir, ...args], { from: "user" });
  const given = Object.entries(command.opts()).filter(([name]) => command.getOptionValueSource(name) !== "env");
  return toConfig(Object.fromEntries(given));
}

/** What `daybook keys create` asks of a running server. */
function createKeyCommand(args: readonly string[]): unknown {
  const { values } = parseArgs({
    args: [...args],
    options: {
      org: { type: "string" },
      platform: { type: "boolean" },
      create: { type: "boolean" },
      name: { type: "string", default: "Command line" },
      scopes: { type: "string", default: "" },
      expires: { type: "string" },
    },
  });
  return {
    command: "keys.create",
    organization: values.org ?? null,
    create: values.create ?? false,
    name: values.name,
    scopes: values.scopes.split(","),
    expires_at: values.expires === undefined ? null : Date.parse(values.expires),
  };
}
