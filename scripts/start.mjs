// `npm start`: builds what has changed, then becomes the server, in one process that npm's signals reach directly. package.json starts it by
// `exec`: a shell between npm and this process would not pass signals on.
import { build } from "./build.mjs";

// Read before the build: npm can end while it runs.
const launcher = process.env.npm_lifecycle_event === "start" ? process.ppid : undefined;
try {
  build();
} catch (error) {
  process.stderr.write(`daybook: ${error.message}\n`);
  process.exit(1);
}
const { main } = await import("../dist/server/cli/main.js");
await main([process.argv[0], "daybook", "serve", ...process.argv.slice(2)], launcher);
