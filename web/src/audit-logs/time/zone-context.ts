import { createContext, useContext } from "react";
import { isZone } from "../../time/zoned.ts";

/** The one time zone of the page: of its rows, its days, its histogram and what is asked of the server. */

export const UTC = "UTC";

export interface ZoneChoice {
  readonly zone: string;
  /** Whose zone it is: "Organization", "This browser". */
  readonly label: string;
}

/** An IANA zone and how times are written in it. */
export interface ZoneFormats {
  readonly zone: string;
  /** `YYYY-MM-DD HH:MM:SS`. @param instant RFC 3339. */
  readonly format: (instant: string) => string;
  /** The same to the millisecond, with the offset at that time: `… UTC+1`. @param instant RFC 3339. */
  readonly formatExact: (instant: string) => string;
  /** "UTC", "UTC+1": the offset at a time, by default now. @param instant RFC 3339. */
  readonly suffix: (instant?: string) => string;
}

interface ZoneSetting extends ZoneFormats {
  readonly choices: readonly ZoneChoice[];
  readonly choose: (zone: string) => void;
}

export const ZoneContext = createContext<ZoneSetting | undefined>(undefined);

/** The zone the page shows times in, and how it writes them. */
export function useZone(): ZoneSetting {
  const setting = useContext(ZoneContext);
  if (setting === undefined) throw new Error("No ZoneProvider is around this");
  return setting;
}

/** What the page shows when the address says nothing: the organization's zone, UTC until it has one. */
export function defaultZone(organization: { readonly time_zone: string | null }): string {
  const { time_zone: zone } = organization;
  return zone !== null && isZone(zone) ? zone : UTC;
}
