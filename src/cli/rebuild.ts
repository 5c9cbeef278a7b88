import { Argument, Command } from "commander";
import { addStoreOptions, type Config, toConfig } from "../config.ts";
import type { RebuiltPart } from "./rebuild-part.ts";

const PARTS: readonly RebuiltPart[] = ["search", "ids", "tree"];

/** `daybook rebuild search | ids | tree`: deletes a derived part and builds it again from the log. Standard output carries one JSON line. */
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
