import { Argument, Command } from "commander";
import { addStoreOptions, type Config, toConfig } from "../config.ts";

const PARTS = ["search", "ids", "tree"] as const;
export type RebuiltPart = (typeof PARTS)[number];

/** `daybook rebuild search | ids | tree`: throws away what is derived and makes it again from the log. Standard output carries one JSON line. */
export function rebuildCommand(): Command {
  return addStoreOptions(new Command("rebuild"))
    .description("delete a derived part and build it again from the log (stop the server first)")
    .addArgument(new Argument("<part>", "the part to rebuild").choices(PARTS))
    .action(async (part: RebuiltPart, options: Partial<Config>) => {
      const begun = performance.now();
      const { rebuild } = await import("./rebuild-part.ts");
      const entries = await rebuild(part, toConfig(options));
      const result = { rebuilt: part, entries, duration_ms: Math.round(performance.now() - begun) };
      process.stdout.write(`${JSON.stringify(result)}\n`);
    });
}
