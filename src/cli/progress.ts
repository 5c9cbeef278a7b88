const SHOWN_EVERY_MS = 500;

/** One line on a terminal, written over and over; nothing where standard error is not a terminal. */
export class TerminalProgress {
  private shownAt = Number.NEGATIVE_INFINITY;
  private shown = false;

  show(text: () => string): void {
    if (!process.stderr.isTTY || performance.now() - this.shownAt < SHOWN_EVERY_MS) return;
    this.shownAt = performance.now();
    this.shown = true;
    process.stderr.write(`\r\u001b[K${text()}`);
  }

  clear(): void {
    if (this.shown) process.stderr.write("\r\u001b[K");
    this.shown = false;
  }
}
