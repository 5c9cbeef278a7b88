import { ArrowDown, ArrowUp } from "lucide-react";
import { useLogPage } from "../log-context.ts";
import { ORDER_WORDS } from "./order.ts";

/** The heading of the times: turns the rows around. */
export function OrderToggle({ label }: { label: string }) {
  const { order, setOrder } = useLogPage().state;
  const other = order === "desc" ? "asc" : "desc";
  const Arrow = order === "desc" ? ArrowDown : ArrowUp;
  return (
    <button
      type="button"
      title={`Show ${ORDER_WORDS[other]}`}
      aria-description={`Show ${ORDER_WORDS[other]}`}
      onClick={() => setOrder(other)}
      className="-mx-1 inline-flex h-6 cursor-pointer items-center gap-0.5 rounded-sm px-1 hover:text-foreground"
    >
      {label}
      <Arrow aria-hidden className="size-3" />
    </button>
  );
}
