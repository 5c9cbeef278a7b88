import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

interface ChoiceCardProps extends Omit<ComponentProps<"input">, "title" | "className"> {
  readonly type: "radio" | "checkbox";
  readonly title: string;
  /** What choosing it means. */
  readonly summary: string;
  readonly className?: string;
}

/** One choice with what it means, as large as a finger wants it. */
export function ChoiceCard({ title, summary, className, ...input }: ChoiceCardProps) {
  return (
    <label
      className={cn(
        "flex min-h-11 cursor-pointer items-start gap-3 rounded-lg border border-border px-3.5 py-2.5 has-checked:border-ring has-checked:bg-accent has-focus-visible:outline-2 has-focus-visible:outline-ring",
        className,
      )}
    >
      <input {...input} className="mt-0.5 size-4 shrink-0 accent-(--foreground) outline-none" />
      <span className="min-w-0">
        <span className="block text-sm font-medium">{title}</span>
        <span className="block text-xs text-pretty text-muted-foreground">{summary}</span>
      </span>
    </label>
  );
}
