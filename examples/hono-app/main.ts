import { createClient } from "@daybook/sdk";
import { serve } from "@hono/node-server";
import { createApp } from "./app.ts";

const { DAYBOOK_URL = "http://localhost:4600", DAYBOOK_KEY, PORT = "3000" } = process.env;
if (DAYBOOK_KEY === undefined) {
  process.stderr.write("Set DAYBOOK_KEY to an API key with the scope events:write (see README.md).\n");
  process.exit(1);
}

const daybook = createClient({
  url: DAYBOOK_URL,
  key: DAYBOOK_KEY,
  onProblem: ({ reason, id, error }) => process.stderr.write(`audit: ${reason} ${id ?? ""} ${error.message}\n`),
});

const server = serve({ fetch: createApp(daybook).fetch, hostname: "127.0.0.1", port: Number(PORT) }, ({ port }) => {
  process.stdout.write(`The example is at http://127.0.0.1:${port} and records to ${DAYBOOK_URL}\n`);
});

// First no more requests, then what they recorded: close() delivers it before the process ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => server.close(() => daybook.close()));
}
