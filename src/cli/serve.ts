import { Command } from "commander";
import { addDemoOptions, type Config, DEMO_DIRECTORY, toConfig } from "../config.ts";

/** `daybook serve`, and `daybook demo`, which is `serve --demo`. @param launcher as `serve` takes it. */
export function serveCommand({ demo = false, launcher }: { demo?: boolean; launcher?: number } = {}): Command {
  const command = addDemoOptions(new Command(demo ? "demo" : "serve"), demo);
  if (demo) command.description("run the server with a sample organization, in its own data directory");
  else
    command
      .description("run the server (the default)")
      .option("--demo", "use a sample organization, in its own data directory");
  return command.action(async (options: Partial<Config> & { demo?: boolean }) => {
    const isDemo = demo || options.demo === true;
    const ownDirectory = isDemo && command.getOptionValueSource("dataDir") === "default";
    const { serve } = await import("./run-server.ts");
    await serve(toConfig({ ...options, ...(ownDirectory && { dataDir: DEMO_DIRECTORY }) }), isDemo, launcher);
  });
}
