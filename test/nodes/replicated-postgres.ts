import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { account, binaries } from "../identity/postgres.ts";
import { until } from "./test-node.ts";

interface Server {
  readonly directory: string;
  readonly process: ChildProcess;
}

/** A PostgreSQL whose commits wait for a standby, which takes over when the primary is killed. */
export class ReplicatedPostgres {
  private readonly bin: string;
  private readonly root: string;
  private readonly as = account();
  private primary: Server;
  private standby: Server;
  private made = 0;

  private constructor(bin: string) {
    this.bin = bin;
    this.root = mkdtempSync(join(tmpdir(), "daybook-replicated-"));
    this.own(this.root);
    const directory = this.directory();
    const options = ["-U", "daybook", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"];
    this.run("initdb", ["-D", join(directory, "data"), ...options]);
    this.primary = this.serve(directory);
    this.standby = this.primary;
  }

  /** @returns undefined where PostgreSQL's server is not installed. */
  static async start(): Promise<ReplicatedPostgres | undefined> {
    const bin = binaries();
    if (bin === undefined) return undefined;
    const postgres = new ReplicatedPostgres(bin);
    await until(() => accepts(postgres.url));
    await postgres.addStandby();
    return postgres;
  }

  /** The primary, by its socket. */
  get url(): string {
    return urlOf(this.primary);
  }

  /** Ends the primary at once, as a crash does, and starts it again. */
  async crash(): Promise<void> {
    await end(this.primary);
    this.primary = this.serve(this.primary.directory);
    await until(() => accepts(this.url));
  }

  /** Ends the primary at once and for good; the standby is promoted, and gets a standby of its own. */
  async failOver(onPromoted: () => void): Promise<void> {
    const old = this.primary;
    await end(old);
    this.primary = this.standby;
    await query(this.url, "select pg_promote(true)");
    // Until it has a standby of its own, it commits alone.
    await query(this.url, "alter system set synchronous_standby_names = ''");
    await query(this.url, "select pg_reload_conf()");
    onPromoted();
    rmSync(old.directory, { recursive: true, force: true });
    await this.addStandby();
  }

  async stop(): Promise<void> {
    await Promise.all([end(this.primary), end(this.standby)]);
    rmSync(this.root, { recursive: true, force: true });
  }

  private async addStandby(): Promise<void> {
    const directory = this.directory();
    const from = ["-h", this.primary.directory, "-U", "daybook"];
    this.run("pg_basebackup", [
      "-D",
      join(directory, "data"),
      "-R",
      "-X",
      "stream",
      "-c",
      "fast",
      "--no-sync",
      ...from,
    ]);
    this.standby = this.serve(directory);
    await query(this.url, "alter system set synchronous_standby_names = '*'");
    await query(this.url, "select pg_reload_conf()");
    // From then on each commit waits for it.
    await until(async () => {
      const rows = await query(this.url, "select 1 from pg_stat_replication where sync_state = 'sync'");
      return rows.length === 1;
    });
  }

  private serve(directory: string): Server {
    // No timeout: whatever reads from here can be stopped for minutes, for another measurement.
    const settings = [
      "listen_addresses=",
      `unix_socket_directories=${directory}`,
      "fsync=off",
      "max_connections=60",
      "wal_sender_timeout=0",
    ];
    const process = spawn(
      join(this.bin, "postgres"),
      ["-D", join(directory, "data"), ...settings.flatMap((s) => ["-c", s])],
      { ...this.as, cwd: directory, env: { ...globalThis.process.env, LC_ALL: "C.UTF-8" }, stdio: "ignore" },
    );
    return { directory, process };
  }

  private directory(): string {
    const directory = join(this.root, String(++this.made));
    mkdirSync(directory);
    this.own(directory);
    return directory;
  }

  private own(path: string): void {
    if (this.as.uid !== undefined && this.as.gid !== undefined) chownSync(path, this.as.uid, this.as.gid);
  }

  private run(program: string, args: readonly string[]): void {
    execFileSync(join(this.bin, program), args, { ...this.as, cwd: this.root, stdio: "pipe" });
  }
}

function urlOf({ directory }: Server): string {
  return `postgresql://daybook@/postgres?host=${encodeURIComponent(directory)}`;
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function accepts(url: string): Promise<boolean> {
  return query(url, "select").then(
    () => true,
    () => false,
  );
}

/** SIGQUIT: nothing is written down in peace. */
async function end({ process }: Server): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = once(process, "exit");
  process.kill("SIGQUIT");
  await ended;
}
