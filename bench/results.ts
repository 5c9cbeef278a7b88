/** One measured thing, beside its peer where there is one. */
export interface Figure {
  readonly what: string;
  readonly unit: "events/s" | "ms" | "µs" | "bytes" | "MiB" | "s";
  /** Absent where only the limit was measured. */
  readonly daybook?: number;
  /** PostgreSQL by hand, in the same run on the same data. */
  readonly postgres?: number | undefined;
  /** The limit: the engine or the disk by itself. */
  readonly floor?: number | undefined;
  readonly goal?: string;
}

export interface Setting {
  readonly date: string;
  readonly machine: string;
  readonly versions: string;
  readonly data: string;
  readonly command: string;
  /** What a figure's floor is. */
  readonly floor: string;
  /** Where the rest stands. */
  readonly beside: string;
}

/** How many times better Daybook is: more of a rate, less of anything else. */
function ratio({ unit, daybook, postgres }: Figure): string {
  if (daybook === undefined || postgres === undefined) return "–";
  return `${(unit === "events/s" ? daybook / postgres : postgres / daybook).toPrecision(2)} ×`;
}

function number(value: number | undefined, unit: Figure["unit"]): string {
  if (value === undefined) return "–";
  if (unit === "events/s" || unit === "bytes") return Math.round(value).toLocaleString("en");
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(value < 1 ? 2 : 3);
}

/** One line for who watches the run. */
export function renderFigure({ what, unit, daybook, postgres, floor }: Figure): string {
  const values = Object.entries({ daybook, postgres, floor }).filter(([, value]) => value !== undefined);
  return `${what}: ${values.map(([name, value]) => `${name} ${number(value, unit)}`).join(", ")} ${unit}`;
}

/** The page that a run leaves behind: what was measured, and nothing else. */
export function renderResults(setting: Setting, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, daybook, postgres, floor, goal } = figure;
    const values = [daybook, postgres].map((value) => number(value, unit));
    const cells = [what, unit, ...values, ratio(figure), number(floor, unit), goal ?? "–"];
    return `| ${cells.join(" | ")} |`;
  });
  return `# Results

Written on ${setting.date} by \`${setting.command}\`.

Absolute figures mean little on another machine; the ratios are from one run, on the same data. *Better* is how many times more
events a second, or how many times less time or space. *Floor* is ${setting.floor}. ${setting.beside}

- Machine: ${setting.machine}
- Versions: ${setting.versions}
- Data: ${setting.data}

| what | unit | Daybook | PostgreSQL by hand | better | floor | goal |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}
