import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly created_by: { readonly type: string; readonly id?: string; readonly name?: string; readonly email?: string };
  readonly created_at: string;
  readonly expires_at: string | null;
  /** At most a minute behind. */
  readonly last_used_at: string | null;
}

/** `key` is shown this once. */
export type NewApiKey = ApiKey & { readonly key: string };

export interface ApiKeyRequest {
  readonly organization: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expires_at?: string;
}

export const keysQuery = (organization: string) =>
  queryOptions({
    queryKey: ["keys", organization],
    queryFn: async ({ signal }): Promise<readonly ApiKey[]> => {
      const query = new URLSearchParams({ organization });
      const body: { data: ApiKey[] } = await (await request(`/v1/keys?${query}`, { signal })).json();
      return body.data;
    },
  });

export async function createKey(key: ApiKeyRequest): Promise<NewApiKey> {
  return (await send("POST", "/v1/keys", key)).json();
}

export async function revokeKey(id: string): Promise<void> {
  await send("DELETE", `/v1/keys/${encodeURIComponent(id)}`);
}
