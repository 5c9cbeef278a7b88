/**
 * Lets nothing that fails on standard output or error end the process: whoever read them has ended, or their disk is full. An event that was
 * accepted matters more than a line about it. What could not be written is counted by the logger, or shown by the exit code of a command.
 */
export function outliveOutput(onLost: () => void): void {
  process.stdout.on("error", onLost);
  process.stderr.on("error", () => undefined);
}
