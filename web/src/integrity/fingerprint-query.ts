import { queryOptions } from "@tanstack/react-query";
import { fingerprint, parseKey } from "./pinned-key.ts";

/** A key's fingerprint, which never changes. */
export const fingerprintQuery = (vkey: string) =>
  queryOptions({
    queryKey: ["fingerprint", vkey],
    queryFn: async () => fingerprint(await parseKey(vkey)),
    staleTime: Number.POSITIVE_INFINITY,
  });
