/** Remembers what was computed of few different texts. */
export class Memo {
  private readonly compute: (text: string) => string;
  private readonly max: number;
  private readonly known = new Map<string, string>();

  /** @param max texts that are remembered: then all are forgotten. */
  constructor(compute: (text: string) => string, max = 20_000) {
    this.compute = compute;
    this.max = max;
  }

  of(text: string): string {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const computed = this.compute(text);
    if (this.known.size >= this.max) this.known.clear();
    this.known.set(text, computed);
    return computed;
  }
}
