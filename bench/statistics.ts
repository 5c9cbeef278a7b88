/** The value below which a share of the samples lies (nearest rank). @throws RangeError without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError("no samples");
  return value;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Runs `work` and gives how long it took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Asks each of several peers in turn, `rounds` times, so that what else the machine does meets all of them alike. The first
 * round warms up and does not count.
 *
 * @returns milliseconds, one list a peer.
 */
export async function alternate<Name extends string>(
  rounds: number,
  peers: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(peers) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const ms = await timed(peers[name]);
      if (round > 0) samples[name].push(ms);
    }
  }
  return samples;
}
