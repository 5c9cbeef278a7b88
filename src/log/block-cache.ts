/** What a cache holds counts its own bytes. */
export interface Cached {
  readonly bytes: number;
}

/** Values by key, within a number of bytes; those used longest ago go first. */
export class ByteCache<T extends Cached> {
  private readonly bytesMax: number;
  private readonly values = new Map<string, T>();
  private bytes = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  get(key: string): T | undefined {
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    this.values.delete(key);
    this.values.set(key, value);
    return value;
  }

  put(key: string, value: T): void {
    this.remove(key);
    if (value.bytes > this.bytesMax) return;
    this.values.set(key, value);
    this.bytes += value.bytes;
    for (const oldest of this.values.keys()) {
      if (this.bytes <= this.bytesMax) return;
      this.remove(oldest);
    }
  }

  private remove(key: string): void {
    const value = this.values.get(key);
    if (value === undefined) return;
    this.values.delete(key);
    this.bytes -= value.bytes;
  }
}
