import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";

export interface IntegrityFinding {
  readonly part: "log" | "tree" | "checkpoints" | "search";
  readonly message: string;
  readonly sequence: number | null;
  readonly id: string | null;
}

export interface LastVerification {
  readonly ok: boolean;
  readonly started_at: string;
  readonly duration_ms: number;
  /** Of all organizations; null for whoever is not of the platform. */
  readonly entries: number | null;
  /** Those that concern the organization; the first of them. */
  readonly findings: readonly IntegrityFinding[];
  readonly findings_here: number;
  readonly only_search: boolean;
}

export interface RunningVerification {
  readonly started_at: string;
  /** Null for whoever is not of the platform. */
  readonly entries: number | null;
  readonly of: number | null;
  readonly findings: number | null;
}

/** How an organization's log stands. */
export interface LogIntegrity {
  readonly organization: string;
  readonly keys: readonly { readonly vkey: string; readonly created_at: string; readonly signs_until: string | null }[];
  readonly entries: number;
  readonly checkpoint: { readonly size: number; readonly root: string; readonly signed_at: string } | null;
  readonly witnesses: readonly {
    readonly name: string;
    readonly key_id: string;
    readonly state: "ok" | "unreachable";
    readonly cosigned_size: number;
  }[];
  readonly state: "ok" | "alarm";
  readonly alarm: { readonly since: string; readonly reason: string; readonly sequence: number | null } | null;
  readonly verification: {
    readonly running: RunningVerification | null;
    readonly last: LastVerification | null;
    readonly failed_at: string | null;
    readonly next_at: string | null;
  };
}

const RUNNING_REFETCH_MS = 1_000;
const IDLE_REFETCH_MS = 15_000;

export const integrityQuery = (organization: string) =>
  queryOptions({
    queryKey: ["integrity", organization],
    queryFn: async ({ signal }): Promise<LogIntegrity> =>
      (await request(`/v1/integrity?${new URLSearchParams({ tenant_id: organization })}`, { signal })).json(),
    refetchInterval: ({ state }) => (state.data?.verification.running ? RUNNING_REFETCH_MS : IDLE_REFETCH_MS),
  });

/** Has everything stored verified, of every organization; one that runs already goes on. */
export async function startVerification(): Promise<void> {
  await send("POST", "/v1/integrity/verification");
}
