interface Waiting {
  readonly position: number;
  readonly go: () => void;
}

/** A position that moves on, and everybody who waits until it has reached another one. */
export class Milestone {
  private readonly waiting = new Set<Waiting>();
  private current: number;

  constructor(position = 0) {
    this.current = position;
  }

  get position(): number {
    return this.current;
  }

  /** Who waits for this position, or one before it, goes on. It can also go back: what is derived is sometimes rebuilt. */
  move(position: number): void {
    this.current = position;
    for (const waiting of this.waiting) {
      if (waiting.position > position) continue;
      this.waiting.delete(waiting);
      waiting.go();
    }
  }

  /** Resolves with the position once it is this one or beyond. @throws the signal's reason when it aborts. */
  async reached(position: number, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted();
    while (this.current < position) await this.moved(position, signal);
    return this.current;
  }

  private moved(position: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.waiting.delete(waiting);
        reject(signal?.reason);
      };
      const waiting = {
        position,
        go: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      signal?.addEventListener("abort", stop, { once: true });
      this.waiting.add(waiting);
    });
  }
}
