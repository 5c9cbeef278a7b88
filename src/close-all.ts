/** Waits for all of them, whatever becomes of any. @throws what failed: the error itself, or an AggregateError of several. */
export async function allSettled(work: readonly (Promise<unknown> | undefined)[]): Promise<void> {
  throwFailed(await Promise.allSettled(work));
}

/** Closes one after the other, and leaves none open because one before it failed. @throws as `allSettled`. */
export async function closeAll(closers: readonly (() => unknown)[]): Promise<void> {
  const closed: PromiseSettledResult<unknown>[] = [];
  for (const close of closers) closed.push(...(await Promise.allSettled([(async () => close())()])));
  throwFailed(closed);
}

function throwFailed(results: readonly PromiseSettledResult<unknown>[]): void {
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const [first, ...others] = errors;
  if (others.length > 0) throw new AggregateError(errors, first instanceof Error ? first.message : String(first));
  if (errors.length > 0) throw first;
}
