import type { Request } from "./request.ts";
import type { AddressFacts as Answer } from "./schema.ts";

/** Which country and network an address is in, as far as the operator's databases know. */
export type AddressFacts = Answer["data"][number];

/** @param ips as many as one answer holds: 100. @param signal absent for an answer that is of use to others too. @throws Problem */
export async function fetchAddressFacts(
  request: Request,
  tenant: string,
  ips: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const query = new URLSearchParams({ tenant_id: tenant });
  for (const ip of ips) query.append("ip", ip);
  return (await request(`/v1/addresses?${query}`, signal ? { signal } : {})).json();
}
