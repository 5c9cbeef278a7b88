import { once } from "node:events";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cli, ServerProcess, temporaryDirectory } from "../support/server.ts";

/** Runs it and wants it to end with this code and, beside the server's own log lines, with one line that says why. */
async function refusal(code: 1 | 2, ...call: Parameters<typeof cli>): Promise<string> {
  const result = await cli(...call);
  const lines = result.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
  expect({ ...result, lines: lines.length }, result.stderr).toMatchObject({ code, stdout: "", lines: 1 });
  return lines[0] ?? "";
}

let directory: string;

beforeAll(() => {
  directory = temporaryDirectory();
});

afterAll(() => {
  chmodSync(join(directory, "read-only"), 0o700);
  rmSync(directory, { recursive: true });
});

describe("a wrong call ends with one line and exit code 2", () => {
  it.each<[string, string[], Record<string, string>, RegExp]>([
    ["a port that is not a number", ["--port", "abc"], {}, /'--port <number>'.*'abc'.*0 to 65535/],
    ["a port that there is not", ["serve", "--port", "99999"], {}, /'--port <number>'.*'99999'.*0 to 65535/],
    ["a port from the environment", [], { DAYBOOK_PORT: "abc" }, /'abc' from env 'DAYBOOK_PORT'/],
    ["an unknown option", ["serve", "--prot", "5000"], {}, /unknown option '--prot'.*--port/],
    ["an unknown command", ["frobnicate"], {}, /too many arguments/],
    ["a public address that is not a URL", ["--url", "audit.example.com"], {}, /'--url <url>'.*http/],
    ["a public address with a path", ["--url", "https://example.com/audit"], {}, /'--url <url>'.*without a path/],
    ["a proxy that is not an address", ["--trusted-proxies", "10.0.0.0/8,proxy"], {}, /"proxy" is neither an address/],
    ["a database that is not PostgreSQL", ["--database-url", "mysql://db"], {}, /'--database-url <url>'.*postgres/],
    ["a ClickHouse that is not a URL", [], { CLICKHOUSE_URL: "clickhouse" }, /'clickhouse' from env 'CLICKHOUSE_URL'/],
  ])("%s", async (_, args, env, line) => {
    expect(await refusal(2, [...args, "--data-dir", join(directory, "unused")], env)).toMatch(line);
  });
});

describe("every command explains itself", () => {
  it.each([
    [["--help"]],
    [["serve", "--help"]],
    [["demo", "--help"]],
    [["keys", "--help"]],
    [["keys", "create", "--help"]],
    [["keys", "list", "--help"]],
    [["keys", "revoke", "--help"]],
    [["--version"]],
  ])("%j", async (args) => {
    const { code, stdout, stderr } = await cli(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(args.includes("--version") ? /^\d+\.\d+\.\d+\n$/ : /^Usage: daybook /);
  });
});

describe("a place that cannot be used ends with one line and exit code 1", () => {
  const serve = (dataDir: string, port = 0) => ["serve", "--port", String(port), "--data-dir", dataDir];

  it("below a file", async () => {
    writeFileSync(join(directory, "file"), "");
    const dataDir = join(directory, "file", "data");
    const line = await refusal(1, serve(dataDir));
    expect(line).toContain(`The data directory ${dataDir} cannot be used:`);
  });

  it("below a directory that is read-only", async () => {
    const readOnly = join(directory, "read-only");
    mkdirSync(readOnly);
    chmodSync(directory, 0o755);
    chmodSync(readOnly, 0o555);
    const dataDir = join(readOnly, "data");
    // Root may write everywhere, so nobody tries.
    const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
    const line = await refusal(1, serve(dataDir), {}, nobody);
    expect(line).toContain(`The data directory ${dataDir} cannot be used:`);
    expect(line).toContain("EACCES");
  });

  it("a port that is in use", async () => {
    const other = createServer().listen(0, "localhost");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const line = await refusal(1, serve(join(directory, "port"), port));
    expect(line).toBe(`daybook: Port ${port} of localhost is in use already; choose another with --port.`);
    other.close();
  });

  it("data that another server is using", async () => {
    const server = await ServerProcess.start();
    try {
      const line = await refusal(1, serve(server.dataDir));
      expect(line).toContain(`Another Daybook process is using ${join(server.dataDir, "log")}`);
      expect((await server.fetch("/readyz")).status).toBe(200);
    } finally {
      await server.remove();
    }
  });
});
