import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import type { DamageReason } from "../../api/damaged.ts";
import { countNumber } from "../../text/count-text.ts";
import { buttonVariants } from "../../ui/button-variants.ts";
import { useLogAccess } from "../log-access.ts";

const REASONS: Readonly<Record<DamageReason, string>> = {
  log: "the log cannot be read here",
  header: "it is not what was recorded",
  body: "its details are not what was recorded",
  search: "search named an entry that does not belong here",
};

/** In the place of an entry that cannot be shown. */
export function DamagedEntry({ reason, sequence }: { reason: DamageReason; sequence: number }) {
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="flex items-start gap-2">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-failure" />
        Damaged entry{sequence >= 0 ? ` ${countNumber(sequence)}` : ""}: {REASONS[reason]}.
      </span>
      <IntegrityLink />
    </span>
  );
}

/** Where to look next. A viewer in another application's page cannot go there. */
export function IntegrityLink() {
  if (useLogAccess().console === undefined) return null;
  return (
    <Link to="/settings/organization/integrity" className={buttonVariants({ variant: "outline", size: "small" })}>
      Open Integrity
    </Link>
  );
}
