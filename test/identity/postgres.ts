import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** A real PostgreSQL for the length of a test file: its own cluster in a temporary directory, reached by a socket there. */
export interface PostgresServer {
  /** An empty database: a new one, or one that was released. */
  createDatabase(): Promise<string>;
  /** Gives a database back. Nothing may be connected to it any more. To empty one takes a fraction of creating another. */
  release(databaseUrl: string): void;
  stop(): Promise<void>;
}

/** Where Debian puts the server's programs, newest first, and then wherever the PATH leads. */
export function binaries(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const candidates = [...versions.map((v) => join(debian, v, "bin")), ...(process.env.PATH ?? "").split(":")];
  return candidates.find((dir) => ["postgres", "initdb"].every((name) => existsSync(join(dir, name))));
}

/** PostgreSQL refuses to run as root: then it runs as whoever owns nothing. */
export function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** @returns undefined where PostgreSQL's server is not installed. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const bin = binaries();
  if (bin === undefined) return undefined;
  const as = account();
  const directory = mkdtempSync(join(tmpdir(), "daybook-pg-"));
  if (as.uid !== undefined && as.gid !== undefined) chownSync(directory, as.uid, as.gid);
  const data = join(directory, "data");
  const run = { ...as, cwd: directory, env: { ...process.env, LC_ALL: "C.UTF-8" } };
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "daybook", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"],
    { ...run, stdio: "pipe" },
  );
  const settings = ["listen_addresses=", `unix_socket_directories=${directory}`, "fsync=off", "max_connections=50"];
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings.flatMap((s) => ["-c", s])], {
    ...run,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const urlOf = (database: string) => `postgresql://daybook@/${database}?host=${encodeURIComponent(directory)}`;
  await accepting(server.stderr);
  const admin = new pg.Client({ connectionString: urlOf("postgres") });
  await admin.connect();
  let databases = 0;
  const released = new Set<string>();
  return {
    async createDatabase() {
      for (const again of released) {
        released.delete(again);
        return emptied(again);
      }
      const name = `identity_${++databases}`;
      await admin.query(`create database ${name}`);
      return urlOf(name);
    },
    release: (databaseUrl) => void released.add(databaseUrl),
    async stop() {
      await admin.end();
      const ended = once(server, "exit");
      // At once: what it would write down in peace is removed.
      server.kill("SIGQUIT");
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function emptied(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("drop schema public cascade; create schema public");
  await client.end();
  return databaseUrl;
}

async function accepting(stderr: NodeJS.ReadableStream): Promise<void> {
  let said = "";
  for await (const chunk of stderr) {
    said += String(chunk);
    if (!said.includes("ready to accept connections")) continue;
    // Nobody reads on from here; a full pipe would stop the server.
    stderr.resume();
    return;
  }
  throw new Error(`PostgreSQL did not start: ${said}`);
}
