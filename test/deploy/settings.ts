import { createProgram } from "../../src/cli/main.ts";

/** The environment variables of every setting that a server has. */
export function serverSettings(): string[] {
  const serve = createProgram().commands.find((command) => command.name() === "serve");
  return (serve?.options ?? []).flatMap(({ envVar }) => (envVar === undefined ? [] : [envVar])).sort();
}

/** The image fixes them: where the volume is mounted and where the port is published from depend on them. */
export const OF_THE_IMAGE = ["DAYBOOK_DATA_DIR", "DAYBOOK_HOST", "DAYBOOK_PORT"];
