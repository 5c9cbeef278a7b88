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

/** Every zone this browser knows, UTC first. */
export function allZones(now: Date = new Date()): readonly Zone[] {
  const names = Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC");
  return ["UTC", ...names].map((value) => ({ value, label: zoneLabel(value, now) }));
}
