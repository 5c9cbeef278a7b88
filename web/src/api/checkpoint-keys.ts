import { queryOptions } from "@tanstack/react-query";
import type { Request } from "./request.ts";
import type { CheckpointKey, CheckpointKeys } from "./schema.ts";

/** The key that signs now. */
export const checkpointKeyQuery = (request: Request, organization: string) =>
  queryOptions({
    queryKey: ["checkpoint-key", organization],
    queryFn: async ({ signal }): Promise<CheckpointKey | null> => {
      const query = new URLSearchParams({ tenant_id: organization });
      const { keys }: CheckpointKeys = await (await request(`/v1/checkpoint/keys?${query}`, { signal })).json();
      // Newest first.
      return keys[0] ?? null;
    },
  });
