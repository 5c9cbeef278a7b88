import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { INDEXES, SCHEMA } from "./postgres-table.ts";
import { end } from "./process.ts";

/** As a careful team would set it on a machine like this one; durability as it comes. */
const SETTINGS = {
  shared_buffers: "4GB",
  effective_cache_size: "12GB",
  work_mem: "64MB",
  maintenance_work_mem: "512MB",
  max_wal_size: "8GB",
  random_page_cost: "1.1",
  jit: "off",
  max_connections: "100",
} as const;

/** PostgreSQL by hand: one table, in a cluster of its own, reached by a socket in its directory. */
export class Postgres {
  readonly directory: string;
  readonly bin: string;
  readonly child: ChildProcess;
  readonly url: string;
  readonly version: string;

  private constructor(directory: string, bin: string, child: ChildProcess) {
    this.directory = directory;
    this.bin = bin;
    this.child = child;
    this.url = `postgresql://bench@/postgres?host=${encodeURIComponent(directory)}`;
    this.version = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" }).trim();
  }

  /** @returns undefined where PostgreSQL is not installed. */
  static async start(directory: string): Promise<Postgres | undefined> {
    const bin = findPrograms();
    if (bin === undefined) return undefined;
    mkdirSync(directory, { recursive: true });
    const as = account();
    if (as.uid !== undefined && as.gid !== undefined) chownSync(directory, as.uid, as.gid);
    const run = { ...as, cwd: directory, env: { ...process.env, LC_ALL: "C.UTF-8" } };
    const data = join(directory, "data");
    execFileSync(join(bin, "initdb"), ["-D", data, "-U", "bench", "--auth=trust", "--encoding=UTF8"], {
      ...run,
      stdio: "pipe",
    });
    const flags = ["listen_addresses=", `unix_socket_directories=${directory}`]
      .concat(Object.entries(SETTINGS).map(([name, value]) => `${name}=${value}`))
      .flatMap((setting) => ["-c", setting]);
    const child = spawn(join(bin, "postgres"), ["-D", data, ...flags], { ...run, stdio: ["ignore", "ignore", "pipe"] });
    await accepting(child.stderr);
    const postgres = new Postgres(directory, bin, child);
    const client = await postgres.connect();
    await client.query(SCHEMA + INDEXES);
    await client.end();
    return postgres;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("PostgreSQL did not start");
    return this.child.pid;
  }

  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    return client;
  }

  /** What it would do by itself in its own time: visibility map, statistics, dirty pages. */
  async settle(): Promise<void> {
    const client = await this.connect();
    await client.query("vacuum analyze events");
    await client.query("checkpoint");
    await client.end();
  }

  stop(): Promise<void> {
    return end(this.child, "SIGINT");
  }
}

/** Where Debian puts the programs, newest first. */
function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  if (!existsSync(debian)) return undefined;
  const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(debian, version, "bin")).find((bin) => existsSync(join(bin, "postgres")));
}

/** PostgreSQL refuses to run as root: then it runs as whoever owns nothing. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

async function accepting(stderr: NodeJS.ReadableStream): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    // Read to the end of its life: a full pipe would stop the server.
    stderr.on("data", (chunk) => {
      said += String(chunk);
      if (said.includes("ready to accept connections")) resolve();
    });
    stderr.once("end", () => reject(new Error(`PostgreSQL did not start: ${said}`)));
  });
}
