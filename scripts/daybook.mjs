// `npm run -s daybook -- …`: the command line in a checkout; standard output carries the command's own result alone.
import { build } from "./build.mjs";

try {
  build({ quiet: true });
} catch (error) {
  process.stderr.write(`daybook: ${error.message}\n`);
  process.exit(1);
}
const { main } = await import("../dist/server/cli/main.js");
await main(process.argv);
