import { ChevronLeft, ChevronRight } from "lucide-react";
import { DayPicker } from "react-day-picker";
import type { Day } from "../../time/day.ts";
import { buttonVariants } from "../../ui/button-variants.ts";

/** The picker counts in local days; ours have no zone, so only year, month and day cross over. */
function toDate(day: Day): Date {
  return new Date(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
}

function toDay(date: Date): Day {
  const digits = (value: number, length: number) => String(value).padStart(length, "0");
  return `${digits(date.getFullYear(), 4)}-${digits(date.getMonth() + 1, 2)}-${digits(date.getDate(), 2)}`;
}

const NAV = buttonVariants({ variant: "ghost", size: "icon", className: "size-8 max-lg:size-11" });

const CLASSES = {
  months: "relative",
  month_caption: "flex h-8 items-center justify-center max-lg:h-11",
  caption_label: "text-sm font-medium",
  nav: "absolute inset-x-0 top-0 flex justify-between",
  button_previous: NAV,
  button_next: NAV,
  month_grid: "mt-1 border-collapse",
  weekday: "size-9 text-xs font-normal text-muted-foreground max-lg:size-11",
  day: "p-0 text-center",
  day_button:
    "size-9 cursor-pointer rounded-md text-sm tabular-nums hover:bg-accent disabled:cursor-not-allowed max-lg:size-11",
  selected: "[&>button]:bg-primary [&>button]:text-primary-foreground [&>button]:hover:bg-primary-hover",
  today: "[&>button]:font-semibold [&:not([aria-selected=true])>button]:text-link",
  outside: "[&>button]:text-muted-foreground",
  hidden: "invisible",
};

const COMPONENTS = {
  Chevron: ({ orientation }: { orientation?: "up" | "down" | "left" | "right" | undefined }) =>
    orientation === "left" ? <ChevronLeft aria-hidden /> : <ChevronRight aria-hidden />,
};

const dayName = new Intl.DateTimeFormat("en-GB", { dateStyle: "full" });
const LABELS = { labelDayButton: (date: Date) => dayName.format(date) };

interface CalendarProps {
  readonly day: Day;
  readonly today: Day;
  readonly onChoose: (day: Day) => void;
}

export default function Calendar({ day, today, onChoose }: CalendarProps) {
  return (
    <DayPicker
      mode="single"
      required
      autoFocus
      weekStartsOn={1}
      selected={toDate(day)}
      defaultMonth={toDate(day)}
      today={toDate(today)}
      onSelect={(date) => onChoose(toDay(date))}
      classNames={CLASSES}
      labels={LABELS}
      components={COMPONENTS}
    />
  );
}
