import { cn } from "../ui/cn.ts";

/** The first letters of a name, for the eye only: the name itself is beside it. */
export function Avatar({ name, className }: { name: string; className?: string }) {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? "")
    .join("");
  return (
    <span
      aria-hidden
      className={cn(
        "flex size-7 shrink-0 items-center justify-center rounded-full bg-secondary text-[0.6875rem] font-semibold text-secondary-foreground uppercase",
        className,
      )}
    >
      {initials}
    </span>
  );
}
