/**
 * A map that forgets what was not used for long, in two generations: when the younger one is full it becomes the older one, and the older
 * one goes. A Map that is kept small by deleting its first key instead has to step over all that was deleted before it.
 */
export class Recent<Value> {
  private readonly half: number;
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();
  /** True once something was forgotten. */
  forgot = false;

  /** @param max values that are held, at most; half of them, those used last, are held for certain. */
  constructor(max: number) {
    this.half = Math.ceil(max / 2);
  }

  get(key: string): Value | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: string, value: Value): void {
    this.young.set(key, value);
    if (this.young.size < this.half) return;
    this.forgot ||= this.old.size > 0;
    this.old = this.young;
    this.young = new Map();
  }
}
