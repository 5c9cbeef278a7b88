import { useQuery } from "@tanstack/react-query";
import { fetchAddressFacts } from "../../api/addresses.ts";
import { useLogAccess } from "../log-access.ts";
import { addressText, baseOf } from "./address-text.ts";

/** Databases are replaced once a week or so. */
const FRESH_FOR_MS = 300_000;

const NO_ADDRESS: readonly string[] = [];

function useAsked(ips: readonly string[], enabled: boolean) {
  const { request, key, organization } = useLogAccess();
  return useQuery({
    queryKey: ["addresses", key, organization.id, ips],
    // Which databases there are is of use to whoever asks next, also when the row that asks first is closed before the answer.
    queryFn: (asking) =>
      fetchAddressFacts(request, organization.id, ips, ips === NO_ADDRESS ? undefined : asking.signal),
    enabled,
    staleTime: FRESH_FOR_MS,
    // What is not known of an address is left out, and so is why.
    retry: false,
  }).data;
}

/**
 * Country and network of addresses or networks, in words, by how they are written. Empty where the operator provides no database: then
 * no address is asked about.
 */
export function useAddressFacts(addresses: readonly string[]): ReadonlyMap<string, string> {
  const databases = useAsked(NO_ADDRESS, addresses.length > 0)?.databases ?? [];
  const answer = useAsked(addresses.map(baseOf), databases.length > 0 && addresses.length > 0);
  const texts = new Map<string, string>();
  for (const [at, address] of addresses.entries()) {
    const text = addressText(answer?.data[at], answer?.databases ?? []);
    if (text !== "") texts.set(address, text);
  }
  return texts;
}
