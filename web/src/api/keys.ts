import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { CreatedKey, Key, NewKey } from "./schema.ts";

export type { CreatedKey, Key, NewKey };

export const keysQuery = (organization: string) =>
  queryOptions({
    queryKey: ["keys", organization],
    queryFn: async ({ signal }): Promise<readonly Key[]> => {
      const query = new URLSearchParams({ organization });
      const body: { data: Key[] } = await (await request(`/v1/keys?${query}`, { signal })).json();
      return body.data;
    },
  });

export async function createKey(key: NewKey): Promise<CreatedKey> {
  return (await send("POST", "/v1/keys", key)).json();
}

export async function revokeKey(id: string): Promise<void> {
  await send("DELETE", `/v1/keys/${encodeURIComponent(id)}`);
}
