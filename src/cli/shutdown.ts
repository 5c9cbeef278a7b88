/** npm passes on the Ctrl-C that the terminal has already sent to its child: a signal that follows so soon is the same one. */
const SAME_SIGNAL_MS = 1_000;
/** How often the parent is looked for: asking the kernel costs a microsecond. */
const PARENT_CHECK_MS = 250;

/**
 * Aborts at the first Ctrl-C or SIGTERM, so that everything accepted becomes durable; a second one ends the process at once.
 *
 * @param launcher pid of the npm that started this process. Its end stops the server as SIGTERM does: npm cannot pass SIGKILL on.
 */
export function shutdownSignal(launcher?: number): AbortSignal {
  const controller = new AbortController();
  let firstAt = Number.POSITIVE_INFINITY;
  const stop = (why: string) => {
    if (controller.signal.aborted) return;
    process.stdout.write(`Stopping${why}: finishing accepted requests.\n`);
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(130);
      firstAt = Math.min(firstAt, performance.now());
      stop("");
    });
  }
  if (launcher !== undefined) whenOrphaned(launcher, () => stop(" because npm has ended"));
  return controller.signal;
}

/**
 * Calls back once the parent has ended. The kernel gives an orphan another parent at that moment and at no other, so a session that ends,
 * `nohup`, `setsid` or a parent with pid 1 changes nothing while the parent lives.
 */
export function whenOrphaned(parent: number, callback: () => void): void {
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    callback();
  }, PARENT_CHECK_MS);
  check.unref();
}
