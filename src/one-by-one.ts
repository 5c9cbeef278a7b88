/** Does one piece of work after the other, in the order in which they were asked for. One that fails stops none of the others. */
export class OneByOne {
  private last: Promise<unknown> = Promise.resolve();

  do<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Resolves once everything that was asked for until now is done. */
  async settled(): Promise<void> {
    await this.last;
  }
}
