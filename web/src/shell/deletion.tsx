import type { QueryKey } from "@tanstack/react-query";
import type { ReactNode, RefObject } from "react";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Refusal } from "./failure.tsx";
import { useDeletion } from "./use-deletion.ts";

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
  /** The list it is in, which is read again. */
  readonly list: QueryKey;
  /** Said once it is done: "The key CI was revoked." */
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
