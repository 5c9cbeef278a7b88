import { CalendarDays } from "lucide-react";
import { lazy, Suspense, useRef, useState } from "react";
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

/** A day, typed as `YYYY-MM-DD` or chosen in a calendar. Emptied, it goes back to its default. */
export function DateFilter({ label, day, today, error, onChange }: DateFilterProps) {
  const [draft, setDraft] = useState(day);
  const [seen, setSeen] = useState(day);
  const [open, setOpen] = useState(false);
  const field = useRef<HTMLDivElement>(null);
  const [left, setLeft] = useState(false);
  if (day !== seen) {
    setSeen(day);
    setDraft(day);
  }
  const type = (text: string) => {
    setDraft(text);
    setLeft(false);
    if (isDay(text.trim()) && text.trim() !== day) onChange(text.trim());
  };
  const leave = () => {
    setLeft(true);
    if (draft.trim() !== "") return;
    setDraft(day);
    onChange("");
  };
  const unreadable = left && draft.trim() !== "" && !isDay(draft.trim()) ? "Write it as YYYY-MM-DD" : undefined;
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
          <Popover
            open={open}
            onOpenChange={setOpen}
            label="Calendar"
            anchor={field}
            trigger={({ Trigger }) => (
              <Trigger
                render={
                  <Button
                    variant="ghost"
                    size="icon"
                    className="absolute inset-y-1 right-1 size-7 max-lg:inset-y-0 max-lg:right-0 max-lg:size-11"
                  >
                    <CalendarDays aria-hidden />
                    <span className="sr-only">Choose {label}</span>
                  </Button>
                }
              />
            )}
          >
            <Suspense fallback={<div className="h-[17.5rem] w-[15.75rem]" />}>
              <Calendar
                day={day}
                today={today}
                onChoose={(chosen) => {
                  onChange(chosen);
                  setOpen(false);
                }}
              />
            </Suspense>
          </Popover>
        </div>
      )}
    </Field>
  );
}
