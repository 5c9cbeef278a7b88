import { TriangleAlert } from "lucide-react";
import type { DamageReason } from "../api/damaged.ts";
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
      Damaged entry{sequence >= 0 ? ` ${countNumber(sequence)}` : ""}: {REASONS[reason]}. See Settings → Integrity.
    </span>
  );
}
