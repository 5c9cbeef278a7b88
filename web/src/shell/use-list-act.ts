import { type QueryKey, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

/** What came of an act: what was done, or how a receiver refused a test, which is not a failure of the call. */
export type Acted = { readonly done: string } | { readonly refused: string };

/** Acts on what a page lists. What dialogs did is said in the same place. @param list the query that shows it. */
export function useListAct<Act>(list: QueryKey, act: (what: Act) => Promise<Acted>) {
  const queries = useQueryClient();
  const [done, setDone] = useState<string>();
  const outcome = useRef<HTMLDivElement>(null);
  const { mutate, reset, error, data } = useMutation({
    mutationFn: act,
    onSuccess: (acted) => {
      if ("done" in acted) setDone(acted.done);
      void queries.invalidateQueries({ queryKey: list });
    },
  });
  /** Before the next act: what came of the last one is no longer said. */
  const clear = () => {
    setDone(undefined);
    reset();
  };
  const refused = data !== undefined && "refused" in data ? data.refused : undefined;
  return { run: mutate, clear, done, setDone, refused, error, outcome };
}
