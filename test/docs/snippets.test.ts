import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppServer } from "../support/app-server.ts";
import { type TestServer, temporaryDirectory } from "../support/server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  "sdk/README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

interface Snippet {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

/** The fenced blocks of a page that are marked `run`. */
function runnable(page: string): Snippet[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^```(sh|ts) run.*\n([\s\S]*?)^```$/gm)].map((match) => ({
    language: match[1] ?? "",
    text: match[2] ?? "",
    line: text.slice(0, match.index).split("\n").length,
  }));
}

let server: TestServer;
let directory: string;
let env: Record<string, string>;

beforeAll(async () => {
  server = await AppServer.start();
  directory = temporaryDirectory();
  env = {
    ...(process.env as Record<string, string>),
    // As people write it, too.
    DAYBOOK_URL: `${server.url}/`,
    DAYBOOK_KEY: await server.key([
      "--org",
      "acme",
      "--create",
      "--scopes",
      "events:write,events:read,streams:manage,alerts:manage",
    ]),
    DAYBOOK_PLATFORM_KEY: await server.key([
      "--platform",
      "--scopes",
      "events:write,events:read,organizations:write,keys:manage,streams:manage",
    ]),
  };
});

afterAll(async () => {
  await server?.remove();
  rmSync(directory, { recursive: true, force: true });
});

async function run(command: string, args: readonly string[], cwd: string): Promise<{ code: number; output: string }> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, output };
}

describe.each(PAGES.filter((page) => runnable(page).length > 0))("%s", (page) => {
  it.each(runnable(page))("runs the snippet at line $line as it is", async ({ language, text }) => {
    if (language === "sh") {
      const { code, output } = await run("bash", ["-euo", "pipefail", "-c", text], directory);
      expect(code, output).toBe(0);
      return;
    }
    // Beside the sources, so that the SDK is found as it is in an application.
    const folder = join(ROOT, "test/docs/.snippets");
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(join(folder, "snippet.ts"), text);
      const args = ["--conditions", "daybook-source", "--import", "tsx", "test/docs/.snippets/snippet.ts"];
      const { code, output } = await run(process.execPath, args, ROOT);
      expect(code, output).toBe(0);
      expect(output).not.toContain("Warning");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
