#!/usr/bin/env node
// For health checks of containers, which have no curl: exit code 0 when the server of this environment is ready, else 1.
const port = process.env.DAYBOOK_PORT || "4600";
try {
  const { ok, status } = await fetch(`http://127.0.0.1:${port}/readyz`);
  if (!ok) throw new Error(`/readyz answered ${status}`);
} catch (error) {
  process.stderr.write(`not ready: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
