import { Clock } from "lucide-react";
import { type ReactNode, Suspense, useMemo, useState } from "react";
import { lazyOverlay } from "../../shell/lazy-part.tsx";
import { localZone, offsetName, wallTime } from "../../time/zoned.ts";
import { cn } from "../../ui/cn.ts";
import { DropdownMenu, MenuChoices, MenuItem, MenuSeparator } from "../../ui/menu.tsx";
import { UTC, useZone, type ZoneChoice, ZoneContext, type ZoneFormats } from "./zone-context.ts";

const ZoneDialog = lazyOverlay(() => import("./zone-dialog.tsx"));

function zoneFormats(zone: string): ZoneFormats {
  const wall = (instant: string) => wallTime(Date.parse(instant), zone).replace("T", " ");
  const suffix = (instant?: string) => offsetName(instant === undefined ? Date.now() : Date.parse(instant), zone);
  return {
    zone,
    format: (instant) => wall(instant).slice(0, 19),
    formatExact: (instant) => `${wall(instant)} ${suffix(instant)}`,
    suffix,
  };
}

/** Every zone once, under the first name it goes by. */
function zoneChoices(zone: string, organization: string): readonly ZoneChoice[] {
  const candidates = [
    { zone: UTC, label: "UTC" },
    { zone: organization, label: "Organization" },
    { zone: localZone(), label: "This browser" },
    { zone, label: "This link" },
  ];
  return candidates.filter((one, place) => candidates.findIndex((other) => other.zone === one.zone) === place);
}

interface ZoneProviderProps {
  readonly zone: string;
  /** The default of this organization. */
  readonly organizationZone: string;
  readonly onChoose: (zone: string) => void;
  readonly children: ReactNode;
}

export function ZoneProvider({ zone, organizationZone, onChoose, children }: ZoneProviderProps) {
  const setting = useMemo(
    () => ({ ...zoneFormats(zone), choices: zoneChoices(zone, organizationZone), choose: onChoose }),
    [zone, organizationZone, onChoose],
  );
  return <ZoneContext value={setting}>{children}</ZoneContext>;
}

/**
 * Chooses the zone; is beside "Timestamp". Its text is drawn, not written, so that the column's heading stays one word; a heading
 * around it is to be named by `aria-label`.
 */
export function ZoneToggle({ className }: { className?: string }) {
  const { zone, choices, choose, suffix } = useZone();
  const choicesShown = choices.map((choice) => ({
    value: choice.zone,
    label: (
      <span className="flex flex-col leading-4">
        {choice.label}
        {choice.label !== choice.zone && <span className="text-xs text-muted-foreground">{choice.zone}</span>}
      </span>
    ),
  }));
  const [searching, setSearching] = useState(false);
  return (
    <>
      <DropdownMenu
        className="w-auto"
        trigger={
          <button
            type="button"
            aria-label={`Time zone: ${zone}`}
            title={zone}
            data-suffix={suffix()}
            className={cn(
              "inline-flex h-5 min-w-0 cursor-pointer items-center gap-1 overflow-hidden rounded-sm border border-border bg-card px-1 text-[0.625rem] leading-none font-medium text-muted-foreground before:content-[attr(data-suffix)] hover:text-foreground max-lg:h-11 max-lg:px-3 max-lg:text-xs",
              className,
            )}
          >
            <Clock aria-hidden className="order-first size-2.5 max-lg:size-3.5" />
          </button>
        }
      >
        <MenuChoices label="Time zone" value={zone} choices={choicesShown} onChange={choose} />
        <MenuSeparator />
        <MenuItem onClick={() => setSearching(true)}>Another time zone…</MenuItem>
      </DropdownMenu>
      {searching && (
        <Suspense>
          <ZoneDialog onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </>
  );
}
