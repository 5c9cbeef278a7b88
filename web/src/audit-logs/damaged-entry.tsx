import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import type { DamageReason } from "../api/damaged.ts";
import { useLogAccess } from "./access.ts";
import { countNumber } from "./count-text.ts";

const REASONS: Readonly<Record<DamageReason, string>> = {
  log: "the log cannot be read here",
  header: "it is not what was recorded",
  body: "its details are not what was recorded",
  search: "search named an entry that does not belong here",
};

/** In the place of an entry that cannot be shown. */
export function DamagedEntry({ reason, sequence }: { reason: DamageReason; sequence: number }) {
  return (
    <span className="flex items-center gap-2 text-sm text-destructive">
      <TriangleAlert aria-hidden className="size-4 shrink-0" />
      <span>
        Damaged entry{sequence >= 0 ? ` ${countNumber(sequence)}` : ""}: {REASONS[reason]}. <DamageHelp />
      </span>
    </span>
  );
}

/** Where to look next. A viewer in another application's page cannot go there. */
export function DamageHelp() {
  if (useLogAccess().console === undefined) return "Tell the operator of Daybook. ";
  return (
    <>
      See{" "}
      <Link to="/settings/organization/integrity" className="text-link underline">
        Integrity
      </Link>
      .{" "}
    </>
  );
}
