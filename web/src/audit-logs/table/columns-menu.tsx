import { ChevronDown, ChevronUp, Columns3, Minus, Plus } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Popover } from "../../ui/popover.tsx";
import {
  allInOrder,
  type ColumnId,
  type ColumnLayout,
  DEFAULT_LAYOUT,
  isDefault,
  moved,
  withShown,
  withWidth,
} from "./column-layout.ts";
import { type TableForm, WIDTH_MAX_REM, WIDTH_MIN_REM, widthOf } from "./column-widths.ts";
import { columnLabel } from "./columns.tsx";
import { useColumnLayout } from "./use-column-layout.ts";

const STEP_REM = 1;

interface LineProps {
  readonly id: ColumnId;
  readonly layout: ColumnLayout;
  readonly form: TableForm;
  readonly onChange: (layout: ColumnLayout) => void;
}

/** One column: whether it is shown, where, and how wide. */
function Line({ id, layout, form, onChange }: LineProps) {
  const label = columnLabel(id);
  const shown = layout.shown.includes(id);
  const place = layout.shown.indexOf(id);
  const width = widthOf(form, id, layout);
  const resize = (by: number) => {
    if (width !== undefined) onChange(withWidth(layout, id, width + by, [WIDTH_MIN_REM, WIDTH_MAX_REM]));
  };
  const steps = [
    { name: `Move ${label} up`, icon: ChevronUp, off: place <= 0, act: () => onChange(moved(layout, id, -1)) },
    {
      name: `Move ${label} down`,
      icon: ChevronDown,
      off: place < 0 || place === layout.shown.length - 1,
      act: () => onChange(moved(layout, id, 1)),
    },
    { name: `Make ${label} narrower`, icon: Minus, off: !shown || width === undefined, act: () => resize(-STEP_REM) },
    { name: `Make ${label} wider`, icon: Plus, off: !shown || width === undefined, act: () => resize(STEP_REM) },
  ];
  return (
    <li className="flex items-center gap-1">
      <label className="flex min-h-7 min-w-0 flex-1 cursor-pointer items-center gap-2 pr-3 text-sm">
        <input
          type="checkbox"
          className="size-4 accent-primary"
          checked={shown}
          disabled={shown && layout.shown.length === 1}
          onChange={(event) => onChange(withShown(layout, id, event.target.checked))}
        />
        {label}
      </label>
      {steps.map(({ name, icon: Icon, off, act }) => (
        <Button
          key={name}
          variant="ghost"
          size="inline"
          aria-label={name}
          title={name}
          // Not disabled: it would lose the focus.
          aria-disabled={off}
          className="size-6 aria-disabled:opacity-30"
          onClick={() => off || act()}
        >
          <Icon aria-hidden className="size-3.5!" />
        </Button>
      ))}
    </li>
  );
}

/** Which columns the table has, in which order and how wide; kept for this person. */
export default function ColumnsMenu({ form }: { form: TableForm }) {
  const { layout, set } = useColumnLayout();
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  if (set === undefined) return null;
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Columns"
      anchor={anchor}
      trigger={({ Trigger }) => (
        <Trigger
          render={
            <Button ref={anchor} variant="ghost" size="small" title="Columns">
              <Columns3 aria-hidden className="size-3.5!" />
              <span className="sr-only">Columns</span>
            </Button>
          }
        />
      )}
    >
      <ul className="flex flex-col">
        {allInOrder(layout).map((id) => (
          <Line key={id} id={id} layout={layout} form={form} onChange={set} />
        ))}
      </ul>
      <div className="mt-2 border-t border-border pt-2">
        <Button variant="outline" size="small" aria-disabled={isDefault(layout)} onClick={() => set(DEFAULT_LAYOUT)}>
          Reset columns
        </Button>
      </div>
    </Popover>
  );
}
