import { type QueryKey, type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode, RefObject } from "react";
import { Problem } from "../api/problem.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Refusal } from "./failure.tsx";

interface Deletion<Item> {
  /** Has the server end one item of a list. */
  readonly end: (item: Item) => Promise<void>;
  /** The list, which is read anew. */
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

/** What a list of things that can be ended has in common with the question before each. */
export interface DeletionParts {
  readonly onClose: () => void;
  readonly onDone: (what: string) => void;
  /** Gets the focus afterwards: the button that asked is gone with what it was for. */
  readonly outcome: RefObject<HTMLDivElement | null>;
}

interface DeletionDialogProps extends DeletionParts {
  /** The question. */
  readonly title: string;
  /** What ends, or is lost. */
  readonly children: ReactNode;
  /** What the button says that does it. */
  readonly action: string;
  readonly end: () => Promise<void>;
  /** The list it is in, which is read anew. */
  readonly list: QueryKey;
  /** Said once it is done: "The key CI is revoked." */
  readonly done: string;
}

/** Asks before something in a list ends for good, ends it, and says so. */
export function DeletionDialog(props: DeletionDialogProps) {
  const { title, children, action, end, list, done, onClose, onDone, outcome } = props;
  const { mutate, error, isPending } = useDeletion<void>({
    end,
    list,
    onEnded: () => {
      onDone(done);
      onClose();
      outcome.current?.focus();
    },
  });
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={title}
      action={action}
      pending={isPending}
      refusal={<Refusal error={error} />}
      onConfirm={() => mutate()}
    >
      {children}
    </ConfirmDialog>
  );
}
