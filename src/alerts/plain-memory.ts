import type { Memory } from "./contract.ts";

/** The memory of a preview, which ends with it. */
export class PlainMemory implements Memory {
  private readonly kept = new Map<string, { readonly at: number; readonly numbers: readonly number[] }>();

  get(key: string): readonly number[] | undefined {
    return this.kept.get(key)?.numbers;
  }

  /** The map is in the order of `at`: what is touched goes to its end. A time in the future, which only one key has, is found by `oldest`. */
  set(key: string, at: number, numbers: readonly number[]): void {
    this.kept.delete(key);
    this.kept.set(key, { at, numbers });
  }

  delete(key: string): void {
    this.kept.delete(key);
  }

  oldest(): { readonly key: string; readonly at: number; readonly numbers: readonly number[] } | undefined {
    let oldest: { readonly key: string; readonly at: number; readonly numbers: readonly number[] } | undefined;
    for (const [key, kept] of this.kept) if (oldest === undefined || kept.at < oldest.at) oldest = { key, ...kept };
    return oldest;
  }

  forget(before: number): void {
    for (const [key, { at }] of this.kept) {
      if (at >= before) return;
      this.kept.delete(key);
    }
  }
}
