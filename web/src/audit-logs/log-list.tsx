import { useTable } from "@tanstack/react-table";
import type { LoggedEvent } from "../api/events.ts";
import { logColumns, logFeatures } from "./columns.tsx";
import { eventKey } from "./expansion.tsx";
import { usePreloadedDetail } from "./lazy-detail.tsx";
import { LogCards } from "./log-cards.tsx";
import { LogTable } from "./log-table.tsx";

/** The events, as a table where there is room for its columns, else as cards made of the same cells. */
export function LogList({ events, wide }: { events: readonly LoggedEvent[]; wide: boolean }) {
  usePreloadedDetail();
  const table = useTable({ features: logFeatures, columns: logColumns, data: events, getRowId: eventKey });
  const { rows } = table.getRowModel();
  return wide ? <LogTable rows={rows} /> : <LogCards rows={rows} />;
}
