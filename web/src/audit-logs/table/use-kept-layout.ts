import { useCallback, useMemo, useRef, useState } from "react";
import { Problem } from "../../api/problem.ts";
import { useLogAccess } from "../log-access.ts";
import { type ColumnLayout, DEFAULT_LAYOUT, isDefault, readable } from "./column-layout.ts";
import type { ColumnLayoutState } from "./use-column-layout.ts";

/** The columns as this person wants them, kept by the server: the same in every browser. @param say reports what could not be kept. */
export function useKeptLayout(say: (text: string) => void): ColumnLayoutState {
  const { columns } = useLogAccess();
  const [layout, setLayout] = useState(() => (columns === undefined ? DEFAULT_LAYOUT : readable(columns.kept)));
  /** One after the other: the last one that is chosen is the one that stays. */
  const keeping = useRef(Promise.resolve());
  const set = useCallback(
    (next: ColumnLayout, keep = true) => {
      setLayout(next);
      if (!keep || columns === undefined) return;
      keeping.current = keeping.current
        .then(() => columns.keep(isDefault(next) ? null : next))
        .catch((error: unknown) =>
          say(`The columns were not saved${error instanceof Problem ? `: ${error.message}` : ""}`),
        );
    },
    [columns, say],
  );
  return useMemo(() => ({ layout, set: columns && set }), [layout, columns, set]);
}
