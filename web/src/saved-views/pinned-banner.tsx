import { useQuery } from "@tanstack/react-query";
import { Pin } from "lucide-react";
import { fetchEvents } from "../api/events.ts";
import { useLogAccess } from "../audit-logs/access.ts";
import { countNumber } from "../audit-logs/count-text.ts";
import type { FilterState } from "../audit-logs/use-filters.ts";
import { useZone } from "../audit-logs/zone.tsx";
import { Button } from "../ui/button.tsx";
import { Banner } from "../ui/notice.tsx";

/** When the newest event of all happened that was recorded by then; undefined until that is known. */
function useNewestAt(asOf: string): string | undefined {
  const { request, organization, key } = useLogAccess();
  return (
    useQuery({
      queryKey: ["newest-as-of", key, organization.id, asOf],
      queryFn: async ({ signal }) => {
        const query = new URLSearchParams({ tenant_id: organization.id, as_of: asOf, start: "1970-01-01" });
        const { data } = await fetchEvents(request, query, { limit: 1, cursor: undefined, signal });
        return data[0]?.timestamp ?? null;
      },
      staleTime: Number.POSITIVE_INFINITY,
    }).data ?? undefined
  );
}

/** These rows are what was recorded up to a position of the log, and stay so. */
export default function PinnedBanner({ state, asOf }: { state: FilterState; asOf: string }) {
  const { formatExact } = useZone();
  const newest = useNewestAt(asOf);
  const { as_of: _asOf, ...live } = state.filters;
  return (
    <Banner
      tone="neutral"
      icon={Pin}
      aria-label="Pinned"
      actions={
        <Button variant="outline" size="small" onClick={() => state.setAll(live)}>
          Show live again
        </Button>
      }
    >
      <strong className="font-semibold">Pinned.</strong> The log as it stood at position {countNumber(Number(asOf))}
      {newest && <span className="tabular-nums">, its newest event of {formatExact(newest)}</span>}. What was recorded
      later does not show.
    </Banner>
  );
}
