import { type IRateLimiterOptions, RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** Keys that are counted, at most: 17 MB with the longest keys. Whoever has more networks to guess from than this is not slowed down by counting them. */
const KEYS_MAX = 20_000;

/** How much of something each key has used up within a time. Of more keys than it holds, that used longest ago is forgotten. */
export class BoundedCounts {
  private readonly limiter: RateLimiterMemory;
  private readonly keysMax: number;
  /** The key used longest ago first. Some have nothing counted any more. */
  private readonly keys = new Set<string>();

  /** @param of how many points in how many seconds. */
  constructor(of: Pick<IRateLimiterOptions, "points" | "duration">, keysMax = KEYS_MAX) {
    this.limiter = new RateLimiterMemory(of);
    this.keysMax = keysMax;
  }

  /** Keys that it holds. */
  get size(): number {
    return this.keys.size;
  }

  /** @returns milliseconds to wait; 0 when the point was there to take. */
  async take(key: string): Promise<number> {
    await this.touch(key);
    try {
      await this.limiter.consume(key);
      return 0;
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return Math.max(1, rejection.msBeforeNext);
      throw rejection;
    }
  }

  async giveBack(key: string): Promise<void> {
    await this.limiter.reward(key, 1);
  }

  async forget(key: string): Promise<void> {
    this.keys.delete(key);
    await this.limiter.delete(key);
  }

  private async touch(key: string): Promise<void> {
    this.keys.delete(key);
    this.keys.add(key);
    const [oldest] = this.keys;
    if (this.keys.size > this.keysMax && oldest !== undefined) await this.forget(oldest);
  }
}
