import { ChevronsUpDown } from "lucide-react";
import { type ComponentProps, Suspense, useRef, useState } from "react";
import { lazyPart } from "../../../shell/lazy-part.tsx";
import { choiceTriggerClass } from "../../../ui/choice-class.ts";
import { Field } from "../../../ui/field.tsx";
import { Popover } from "../../../ui/popover.tsx";
import { useFacet } from "../card/use-facet.ts";
import { filterLabel } from "../filters.ts";
import type { FilterState } from "../use-filters.ts";
import { selectionText } from "./action-selection.ts";

const ActionList = lazyPart(() => import("./action-list.tsx"));

interface ActionFilterProps {
  readonly state: FilterState;
  /** The current query, undefined while there is none to ask. */
  readonly query: URLSearchParams | undefined;
}

const NONE: readonly string[] = [];

/** Whoever comes near the field is about to open it: its list and values are loaded meanwhile. */
function useApproach(): {
  near: boolean;
  approach: Pick<ComponentProps<"button">, "onFocus" | "onPointerEnter" | "onBlur" | "onPointerLeave">;
} {
  const [near, setNear] = useState(false);
  const come = () => {
    setNear(true);
    ActionList.preload();
  };
  const go = () => setNear(false);
  return { near, approach: { onFocus: come, onPointerEnter: come, onBlur: go, onPointerLeave: go } };
}

/** Which actions: one, several, whole families, all but some. */
export function ActionFilter({ state: { filters, set }, query }: ActionFilterProps) {
  const { near, approach } = useApproach();
  const [open, setOpen] = useState(false);
  const facet = useFacet("action", query, near || open);
  const anchor = useRef<HTMLDivElement>(null);
  const selected = filters.action ?? NONE;
  return (
    <Field label={filterLabel("action")}>
      {(control) => (
        <div ref={anchor}>
          <Popover
            open={open}
            onOpenChange={(next) => {
              ActionList.preload();
              setOpen(next);
            }}
            label="Actions"
            anchor={anchor}
            className="w-[max(var(--anchor-width),19rem)] p-0"
            trigger={({ Trigger }) => (
              <Trigger
                render={
                  <button
                    {...control}
                    type="button"
                    role="combobox"
                    aria-expanded={open}
                    data-slot="select"
                    data-filter="action"
                    className={choiceTriggerClass}
                    {...approach}
                    onKeyDown={(event) => {
                      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
                      event.preventDefault();
                      setOpen(true);
                    }}
                  >
                    <span className="truncate">{selectionText(selected)}</span>
                    <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-muted-foreground" />
                  </button>
                }
              />
            )}
          >
            <Suspense fallback={<div className="h-[26rem]" />}>
              <ActionList
                facet={facet}
                selected={selected}
                onChange={(next) => set("action", next)}
                onDone={() => setOpen(false)}
              />
            </Suspense>
          </Popover>
        </div>
      )}
    </Field>
  );
}
