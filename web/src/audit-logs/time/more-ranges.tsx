import { ChevronDown, MoonStar } from "lucide-react";
import { Button } from "../../ui/button.tsx";
import { DropdownMenu, MenuGroup, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import type { FilterState } from "../filters/use-filters.ts";
import { useLogAccess } from "../log-access.ts";
import { pastRanges } from "./past-ranges.ts";
import { defaultZone } from "./zone-context.ts";

/** What holds where an organization has set none. */
const DEFAULT_OFFICE_HOURS = "mon-fri 08:00-18:00";

/** Ranges that are over, and the time outside office hours. */
export default function MoreRanges({ state: { filters, clock, setAll } }: { state: FilterState }) {
  const { organization } = useLogAccess();
  const hours = organization.office_hours ?? DEFAULT_OFFICE_HOURS;
  const { start: _start, end: _end, range: _range, ...others } = filters;
  const isOutside = filters.not_time_of_day?.includes(hours) ?? false;
  const toggle = () => {
    const { not_time_of_day: _hours, ...rest } = filters;
    // Office hours are meant on the organization's clock.
    if (isOutside) setAll(rest);
    else setAll({ ...rest, not_time_of_day: [hours] }, { zone: defaultZone(organization) });
  };
  return (
    <DropdownMenu
      className="w-64"
      trigger={
        <Button variant="ghost" size="small" aria-label="More ranges" title="More ranges" className="w-7 px-0">
          <ChevronDown aria-hidden className="size-3.5!" />
        </Button>
      }
    >
      <MenuGroup label="Range">
        {pastRanges(clock.today).map(({ name, start, end }) => (
          <MenuItem key={name} onClick={() => setAll({ ...others, start, end })}>
            {name}
            <span className="ml-auto text-xs text-muted-foreground tabular-nums">
              {start === end ? start : `${start} – ${end.slice(5)}`}
            </span>
          </MenuItem>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuItem onClick={toggle}>
        <MoonStar aria-hidden />
        <span>
          {isOutside ? "Any time of day" : "Outside office hours"}
          <span className="block text-xs text-muted-foreground">Office hours: {hours}</span>
        </span>
      </MenuItem>
    </DropdownMenu>
  );
}
