import { CalendarDays } from "lucide-react";
import { lazy, type RefObject, Suspense, useRef, useState } from "react";
import { type Day, isDay } from "../time/day.ts";
import { Button } from "../ui/button.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Popover } from "../ui/popover.tsx";

const Calendar = lazy(() => import("./calendar.tsx"));

interface DateFilterProps {
  readonly label: string;
  readonly day: Day;
  readonly today: Day;
  readonly error?: string | undefined;
  readonly onChange: (value: string) => void;
}

type CalendarButtonProps = Pick<DateFilterProps, "label" | "day" | "today" | "onChange"> & {
  readonly anchor: RefObject<HTMLElement | null>;
};

function CalendarButton({ label, day, today, onChange, anchor }: CalendarButtonProps) {
  const [open, setOpen] = useState(false);
  const choose = (chosen: Day) => {
    onChange(chosen);
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

/** A day, typed as `YYYY-MM-DD` or chosen in a calendar. Emptied, it goes back to its default. */
export function DateFilter({ label, day, today, error, onChange }: DateFilterProps) {
  const [draft, setDraft] = useState(day);
  const [seen, setSeen] = useState(day);
  const [left, setLeft] = useState(false);
  const field = useRef<HTMLDivElement>(null);
  if (day !== seen) {
    setSeen(day);
    setDraft(day);
  }
  const typed = draft.trim();
  const type = (text: string) => {
    setDraft(text);
    setLeft(false);
    if (isDay(text.trim()) && text.trim() !== day) onChange(text.trim());
  };
  const leave = () => {
    setLeft(true);
    if (typed !== "") return;
    setDraft(day);
    onChange("");
  };
  const unreadable = left && typed !== "" && !isDay(typed) ? "Write it as YYYY-MM-DD" : undefined;
  return (
    <Field label={label} error={unreadable ?? error}>
      {(control) => (
        <div ref={field} className="relative">
          <Input
            {...control}
            className="pr-10 tabular-nums max-lg:pr-12"
            value={draft}
            placeholder="YYYY-MM-DD"
            inputMode="numeric"
            autoComplete="off"
            maxLength={10}
            onChange={(event) => type(event.target.value)}
            onBlur={leave}
            onKeyDown={(event) => event.key === "Enter" && leave()}
          />
          <CalendarButton label={label} day={day} today={today} onChange={onChange} anchor={field} />
        </div>
      )}
    </Field>
  );
}
