import { CircleAlert } from "lucide-react";
import { Banner } from "../ui/notice.tsx";
import { Outcome } from "../ui/outcome.tsx";
import type { DeletionParts } from "./deletion.tsx";
import { Refusal } from "./failure.tsx";
import type { CurrentOrganization } from "./session.ts";
import type { useListAct } from "./use-list-act.ts";

interface ActedOutcomeProps {
  readonly of: Pick<ReturnType<typeof useListAct>, "outcome" | "done" | "error" | "refused">;
}

export function ActedOutcome({ of: { outcome, done, error, refused } }: ActedOutcomeProps) {
  return (
    <>
      <Outcome ref={outcome}>{done}</Outcome>
      <Refusal error={error} />
      {refused !== undefined && (
        <Banner tone="failure" icon={CircleAlert}>
          {refused}
        </Banner>
      )}
    </>
  );
}

/** What asks about one thing of a list, or for a new one. */
export interface AskedDialogProps<Asked, Organization = CurrentOrganization> extends DeletionParts {
  readonly asked: Asked;
  readonly organization: Organization;
}
