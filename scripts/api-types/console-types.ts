import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bareServer } from "../../test/support/routes.ts";
import { typesOf } from "./types.ts";

/** What the console knows of the API's answers and bodies. */
export const CONSOLE_TYPES = fileURLToPath(new URL("../../web/src/api/schema.ts", import.meta.url));

const BIOME = fileURLToPath(new URL("../../node_modules/@biomejs/biome/bin/biome", import.meta.url));

/** The text of that file, as the routes declare it now. */
export function consoleTypes(): string {
  const info = { title: "Daybook", version: "0" };
  const { components } = bareServer().getOpenAPI31Document({ openapi: "3.1.0", info });
  const text = typesOf((components?.schemas ?? {}) as Parameters<typeof typesOf>[0]);
  const format = [BIOME, "format", `--stdin-file-path=${CONSOLE_TYPES}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, format, { input: text, encoding: "utf8" });
  if (status !== 0) throw new Error(`biome cannot format the console's types: ${stderr}`);
  return stdout;
}
