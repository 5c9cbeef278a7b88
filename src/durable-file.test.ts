import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { replaceFile } from "./durable-file.ts";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "daybook-durable-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it.runIf(process.platform === "linux")(
  "replaces a file as a whole or not at all where only a part of it can be written",
  () => {
    const path = join(directory, "signing.json");
    replaceFile(path, "before");
    // A file may have 1 KiB: of 3 the first write takes so many, and reports no error.
    const script = `
    import { execFileSync } from "node:child_process";
    import { replaceFile } from ${JSON.stringify(new URL("durable-file.ts", import.meta.url).href)};
    process.on("SIGXFSZ", () => {});
    execFileSync("prlimit", ["--fsize=1024", "--pid", String(process.pid)]);
    try {
      replaceFile(${JSON.stringify(path)}, "x".repeat(3072));
    } catch (error) {
      process.stdout.write(error.code);
    }`;
    const { stdout } = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    expect(stdout).toBe("EFBIG");
    expect(readFileSync(path, "utf8")).toBe("before");
  },
);
