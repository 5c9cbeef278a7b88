import { cn } from "./cn.ts";
import { inputClass } from "./field.tsx";

/** The button that opens a list of choices; it looks like an input. */
export const choiceTriggerClass = cn(inputClass, "flex cursor-pointer items-center justify-between gap-2 text-left");

export const choicePopupClass = "rounded-lg border border-border bg-popover shadow-lg shadow-black/10 outline-none";

export const choiceItemClass =
  "flex min-h-8 cursor-pointer items-center gap-2 rounded-md py-1 pr-3 pl-2 text-sm outline-none select-none data-highlighted:bg-accent max-lg:min-h-11";
