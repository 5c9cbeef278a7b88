/** What has to be closed, last opened first. */
export class Opened {
  private readonly closers: (() => void | Promise<void>)[] = [];

  push(close: () => void | Promise<void>): void {
    this.closers.push(close);
  }

  async close(): Promise<void> {
    for (let close = this.closers.pop(); close; close = this.closers.pop()) await close();
  }
}
