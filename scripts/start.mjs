// `npm start`: builds what has changed, then becomes the server, in one process so that a signal reaches it directly.
import { build } from "./build.mjs";

try {
  build();
} catch (error) {
  process.stderr.write(`daybook: ${error.message}\n`);
  process.exit(1);
}
const { main } = await import("../dist/server/cli/main.js");
await main([process.argv[0], "daybook", "serve", ...process.argv.slice(2)]);
