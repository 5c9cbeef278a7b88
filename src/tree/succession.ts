import { hash } from "node:crypto";
import { toBase64 } from "@daybook/sdk/note";
import { CheckpointStore } from "./checkpoint-store.ts";
import type { Predecessor } from "./contract.ts";
import { checkpointOrigin, Signer } from "./signer.ts";
import type { SigningKeys } from "./signing-keys.ts";

export interface Succession {
  readonly checkpointDirectory: string;
  readonly keys: SigningKeys;
  readonly logId: string;
  readonly earlierLogId: string;
  /** Each organization's entries. */
  readonly sizes: ReadonlyMap<string, number>;
  /** @param size above 0. */
  readonly root: (organization: string, size: number) => Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/**
 * States, for every organization of the log or of the earlier one, what it begins with, durably. What was stated of logs before the earlier one is
 * taken over.
 * @throws SigningFailed
 */
export async function recordSuccession(succession: Succession): Promise<ReadonlyMap<string, Predecessor>> {
  const { checkpointDirectory, logId, earlierLogId, sizes } = succession;
  const earlier = CheckpointStore.open(checkpointDirectory, earlierLogId);
  const store = CheckpointStore.open(checkpointDirectory, logId);
  try {
    const signed = new Map(Array.from(earlier.organizations(), ({ organization, size }) => [organization, size]));
    const stated = new Map<string, Predecessor>();
    for (const organization of new Set([...signed.keys(), ...sizes.keys()])) {
      stated.set(organization, await predecessorOf(succession, organization, signed.get(organization) ?? 0));
    }
    const rows = Array.from(stated, ([organization, predecessor]) => ({ ...predecessor, organization }));
    const before = rows.flatMap(({ organization }) =>
      earlier.predecessors(organization).map((predecessor) => ({ ...predecessor, organization })),
    );
    store.addPredecessors([...before, ...rows]);
    return stated;
  } finally {
    store.close();
    earlier.close();
  }
}

async function predecessorOf(
  { keys, logId, earlierLogId, sizes, root, now }: Succession,
  organization: string,
  signedSize: number,
): Promise<Predecessor> {
  const size = sizes.get(organization) ?? 0;
  const head = `${size} ${toBase64(size === 0 ? hash("sha256", "", "buffer") : root(organization, size))}`;
  const text = `${checkpointOrigin(logId, organization)}\ncontinues ${checkpointOrigin(earlierLogId, organization)}\n${head}\n`;
  const statement = await new Signer(logId, keys).noteOf(organization, text, now);
  return { logId: earlierLogId, size, signedSize, restoredAt: now, statement };
}
