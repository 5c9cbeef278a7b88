import type { LogReader } from "../log/contract.ts";
import { authorizedTenant } from "../query/tenant.ts";
import { ReaderPositions } from "./reader-positions.ts";
import type { ReadScope } from "./resolve.ts";

export const LOG = "6a1cf0f5-98f6-4a3e-8c4a-9a9a3d1a3f10";
export const EARLIER = "0189e9f4-7c1f-4f0a-9b7d-0c2a5f4b3d21";
export const NOW = Date.UTC(2026, 10, 22, 9);
const tenant = authorizedTenant("acme");

/** A log of 1,000 entries, every tenth of them of the organization; 900 can be searched, 500 were recorded before it was restored. */
export function scopeOf(by: "position" | "sequence", { indexed = 900, logId = LOG, now = NOW } = {}): ReadScope {
  const log = { id: logId, end: 1000, size: () => 100, earlier: [{ id: EARLIER, entries: 500 }] };
  const positions = new ReaderPositions(
    { by, tenant },
    {
      log: log as Partial<LogReader> as LogReader,
      search: { position: indexed, size: () => indexed / 10 },
      tree: { logPosition: (_, sequence) => sequence * 10 },
    },
  );
  return { tenant, within: undefined, positions, now };
}
