import { closeAll } from "./close-all.ts";

/** What has to be closed, last opened first. */
export class Opened {
  private readonly closers: (() => void | Promise<void>)[] = [];

  push(close: () => void | Promise<void>): void {
    this.closers.push(close);
  }

  async close(): Promise<void> {
    await closeAll(this.closers.splice(0).reverse());
  }
}
