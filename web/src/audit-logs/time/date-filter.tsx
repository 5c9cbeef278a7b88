import { CalendarDays } from "lucide-react";
import { type RefObject, Suspense, useRef, useState } from "react";
import { lazyPart } from "../../shell/lazy-part.tsx";
import { type Bound, boundText, readBound } from "../../time/bound.ts";
import type { Day } from "../../time/day.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { Popover } from "../../ui/popover.tsx";

const Calendar = lazyPart(() => import("./calendar.tsx"));

interface DateFilterProps {
  readonly name: "start" | "end";
  readonly label: string;
  readonly bound: Bound;
  readonly today: Day;
  readonly zone: string;
  readonly error?: string | undefined;
  /** @param options.replace true for what continues the same typing. */
  readonly onChange: (bound: Bound | "", options: { replace: boolean }) => void;
}

type CalendarButtonProps = Pick<DateFilterProps, "label" | "today"> & {
  readonly day: Day;
  readonly onChoose: (day: Day) => void;
  readonly anchor: RefObject<HTMLElement | null>;
};

function CalendarButton({ label, day, today, onChoose, anchor }: CalendarButtonProps) {
  const [open, setOpen] = useState(false);
  const choose = (chosen: Day) => {
    onChoose(chosen);
    setOpen(false);
  };
  const button = (
    <Button
      variant="ghost"
      size="icon"
      className="absolute inset-y-1 right-1 size-7 max-lg:inset-y-0 max-lg:right-0 max-lg:size-11"
    >
      <CalendarDays aria-hidden />
      <span className="sr-only">Choose {label}</span>
    </Button>
  );
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      label="Calendar"
      anchor={anchor}
      trigger={({ Trigger }) => <Trigger render={button} />}
    >
      <Suspense fallback={<div className="h-[17.5rem] w-[15.75rem]" />}>
        <Calendar day={day} today={today} onChoose={choose} />
      </Suspense>
    </Popover>
  );
}

/**
 * A day, typed as `YYYY-MM-DD` or chosen in a calendar, or a time of a day, `YYYY-MM-DD HH:MM`, as the clock shows it in the page's
 * zone. Emptied, it goes back to its default.
 */
export function DateFilter({ name, label, bound, today, zone, error, onChange }: DateFilterProps) {
  const text = boundText(bound, zone);
  const [draft, setDraft] = useState(text);
  const [seen, setSeen] = useState(text);
  const [left, setLeft] = useState(false);
  const continuing = useRef(false);
  const field = useRef<HTMLDivElement>(null);
  if (text !== seen) {
    setSeen(text);
    setDraft(text);
  }
  const typed = draft.trim();
  const type = (next: string) => {
    setDraft(next);
    setLeft(false);
    const meant = readBound(next, zone);
    if (meant === undefined || next.trim() === text) return;
    onChange(meant, { replace: continuing.current });
    continuing.current = true;
  };
  const leave = () => {
    setLeft(true);
    if (typed !== "") return;
    setDraft(text);
    onChange("", { replace: false });
  };
  const unreadable = left && typed !== "" && readBound(typed, zone) === undefined;
  return (
    <Field label={label} error={unreadable ? "Write it as YYYY-MM-DD, with HH:MM for a time" : error}>
      {(control) => (
        <div ref={field} className="relative">
          <Input
            {...control}
            data-filter={name}
            className="pr-8 pl-2.5 tabular-nums max-lg:pr-11"
            value={draft}
            placeholder="YYYY-MM-DD"
            autoComplete="off"
            maxLength={19}
            onChange={(event) => type(event.target.value)}
            onFocus={() => {
              continuing.current = false;
            }}
            onBlur={leave}
            onKeyDown={(event) => event.key === "Enter" && leave()}
          />
          <CalendarButton
            label={label}
            day={text.slice(0, 10)}
            today={today}
            onChoose={(day) => onChange(day, { replace: false })}
            anchor={field}
          />
        </div>
      )}
    </Field>
  );
}
