/** An IANA time zone as it is offered: `Europe/Paris`, with how far it is from UTC now. */
export interface Zone {
  readonly value: string;
  readonly label: string;
}

function offset(zone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(now);
  return (parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT").replace("GMT", "UTC");
}

/** The zone with its offset; one that this browser does not know is named alone. */
export function zoneLabel(zone: string, now: Date = new Date()): string {
  try {
    const away = offset(zone, now);
    return away === zone ? zone : `${zone.replaceAll("_", " ")} (${away})`;
  } catch {
    return zone;
  }
}

/** Browsers list some zones by the names that the IANA has since replaced, under which nobody looks for them. */
const RENAMED: Readonly<Record<string, string>> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Godthab": "America/Nuuk",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

/** Every zone this browser knows, UTC first. */
export function allZones(now: Date = new Date()): readonly Zone[] {
  const known = Intl.supportedValuesOf("timeZone").map((name) => RENAMED[name] ?? name);
  const names = [...new Set(known)].filter((name) => name !== "UTC").sort();
  return ["UTC", ...names].map((value) => ({ value, label: zoneLabel(value, now) }));
}
