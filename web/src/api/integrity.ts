import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { Integrity } from "./schema.ts";

export type { Finding, Integrity } from "./schema.ts";

const BUSY_REFETCH_MS = 1_000;
const IDLE_REFETCH_MS = 5_000;

/** A verification runs, or entries are signed next: what is shown will soon be different. */
function isBusy({ verification, checkpoint, entries }: Integrity): boolean {
  return verification.running !== null || entries > (checkpoint?.size ?? 0);
}

export const integrityQuery = (organization: string) =>
  queryOptions({
    queryKey: ["integrity", organization],
    queryFn: async ({ signal }): Promise<Integrity> =>
      (await request(`/v1/integrity?${new URLSearchParams({ tenant_id: organization })}`, { signal })).json(),
    refetchInterval: ({ state }) => (state.data && isBusy(state.data) ? BUSY_REFETCH_MS : IDLE_REFETCH_MS),
  });

/** Has everything stored verified, of every organization; one that runs already goes on. */
export async function startVerification(): Promise<void> {
  await send("POST", "/v1/integrity/verification");
}
