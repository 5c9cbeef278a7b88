/** What a body must bring on average, in bytes a second: a tenth of the slowest mobile network. */
const RATE_MIN = 4 * 1024;
/** So long any pace will do: a connection can stall and recover. */
const GRACE_MS = 10_000;
const LOOK_MS = 1_000;

/** A body that is being read. */
export interface Upload {
  /** So far. */
  bytes: number;
  /** When reading began, by `performance.now()`. */
  readonly began: number;
  /** It comes too slowly. Called once. */
  readonly cut: () => void;
}

export function isTooSlow({ bytes, began }: Pick<Upload, "bytes" | "began">, now: number): boolean {
  const ms = now - began;
  return ms > GRACE_MS && bytes < (ms / 1000) * RATE_MIN;
}

/** Looks at every body that is being read, with one timer for all of them, and cuts off those that come too slowly. */
class UploadRates {
  private readonly uploads = new Set<Upload>();
  private timer: NodeJS.Timeout | undefined;

  watch(upload: Upload): void {
    this.uploads.add(upload);
    this.timer ??= setInterval(() => this.look(), LOOK_MS).unref();
  }

  ended(upload: Upload): void {
    this.uploads.delete(upload);
  }

  private look(): void {
    const now = performance.now();
    for (const upload of this.uploads) {
      if (!isTooSlow(upload, now)) continue;
      this.uploads.delete(upload);
      upload.cut();
    }
    if (this.uploads.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

export const uploadRates = new UploadRates();
