import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { Problem } from "../api/problem.ts";

interface Deletion<Item> {
  /** Has the server end one item of a list. */
  readonly end: (item: Item) => Promise<void>;
  /** The list, which is read again. */
  readonly list: QueryKey;
  readonly onEnded: (item: Item) => void;
}

/** Ends items of a list. */
export function useDeletion<Item>({ end, list, onEnded }: Deletion<Item>): UseMutationResult<void, Error, Item> {
  const queries = useQueryClient();
  return useMutation<void, Error, Item>({
    mutationFn: async (item) => {
      try {
        await end(item);
      } catch (failure) {
        // Somebody else, or another tab, ended it meanwhile: what was wanted is so.
        if (!(failure instanceof Problem && failure.code === "not_found")) throw failure;
      }
      await queries.invalidateQueries({ queryKey: list });
    },
    onSuccess: (_ended, item) => onEnded(item),
  });
}
