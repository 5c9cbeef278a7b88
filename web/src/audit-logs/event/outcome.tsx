import type { Outcome } from "@daybook/sdk";
import { Ban, CircleHelp, CircleX, type LucideIcon } from "lucide-react";
import { cn } from "../../ui/cn.ts";

const MARKS: Record<Exclude<Outcome, "success">, { icon: LucideIcon; label: string; className: string }> = {
  failure: { icon: CircleX, label: "Failed", className: "text-failure" },
  denied: { icon: Ban, label: "Denied", className: "text-failure" },
  unknown: { icon: CircleHelp, label: "Outcome unknown", className: "text-caution" },
};

/** Beside an action that did not simply succeed. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  if (outcome === "success") return null;
  const { icon: Icon, label, className } = MARKS[outcome];
  return (
    <span className={cn("inline-flex shrink-0 items-center", className)} title={label}>
      <Icon aria-hidden className="size-4" />
      <span className="sr-only">{label}</span>
    </span>
  );
}
