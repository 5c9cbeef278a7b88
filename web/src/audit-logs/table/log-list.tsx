import { Suspense, startTransition, useEffect, useState } from "react";
import type { LogItem } from "../../api/events.ts";
import { usePreloadedDetail } from "../detail/preloaded-detail.ts";
import { isTable, type ListForm } from "./form-for-width.ts";
import { LogTable } from "./log-table.tsx";
import { LogCards } from "./preloaded-rows.ts";
import { LogSkeleton } from "./skeleton.tsx";

/** What fills a tall screen below the filters. */
const FIRST_SCREEN_ROWS = 24;

/** The rows of the first screen, and all of them once these are painted: a hundred take a tenth of a second that nobody should wait. */
function useFirstScreenFirst<Row>(rows: readonly Row[]): readonly Row[] {
  const [painted, setPainted] = useState(false);
  useEffect(() => startTransition(() => setPainted(true)), []);
  return painted ? rows : rows.slice(0, FIRST_SCREEN_ROWS);
}

/** The events, as a table where there is room for its columns, else as cards made of the same cells. */
export function LogList({ events, form }: { events: readonly LogItem[]; form: ListForm }) {
  usePreloadedDetail();
  const rows = useFirstScreenFirst(events);
  return isTable(form) ? (
    <LogTable rows={rows} form={form} />
  ) : (
    <Suspense fallback={<LogSkeleton form={form} />}>
      <LogCards rows={rows} perLine={form === "pairs" ? 2 : 1} />
    </Suspense>
  );
}
