/** Does `count` pieces of work, `width` at a time, in order of their start. Times are in milliseconds. */
export async function inParallel(
  count: number,
  width: number,
  work: (index: number, lane: number) => Promise<unknown>,
): Promise<{ ms: number; latenciesMs: number[] }> {
  const latenciesMs: number[] = [];
  let next = 0;
  const start = performance.now();
  const lanes = Array.from({ length: width }, async (_, lane) => {
    while (next < count) {
      const index = next++;
      const began = performance.now();
      await work(index, lane);
      latenciesMs.push(performance.now() - began);
    }
  });
  await Promise.all(lanes);
  return { ms: performance.now() - start, latenciesMs };
}
