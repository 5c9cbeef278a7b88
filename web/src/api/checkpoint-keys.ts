import { queryOptions } from "@tanstack/react-query";
import type { Request } from "./request.ts";

/** A public key that signs an organization's checkpoints. */
export interface CheckpointKey {
  /** C2SP verifier key. */
  readonly vkey: string;
  readonly created_at: string;
}

/** The key that signs now. */
export const checkpointKeyQuery = (request: Request, organization: string) =>
  queryOptions({
    queryKey: ["checkpoint-key", organization],
    queryFn: async ({ signal }): Promise<CheckpointKey | null> => {
      const query = new URLSearchParams({ tenant_id: organization });
      const { keys }: { keys: CheckpointKey[] } = await (
        await request(`/v1/checkpoint/keys?${query}`, { signal })
      ).json();
      // Newest first.
      return keys[0] ?? null;
    },
  });
