import { type Goal, goalText, timesBetter, type Verdict, verdictOf } from "./goals.ts";

/** One measured thing, beside its peer where there is one. */
export interface Figure {
  readonly what: string;
  readonly unit: "events/s" | "ms" | "µs" | "bytes" | "MiB" | "s";
  /** Absent where only the limit was measured, or nothing could be. */
  readonly daybook?: number | undefined;
  /** PostgreSQL by hand, in the same run on the same data. */
  readonly postgres?: number | undefined;
  /** The limit: the engine or the disk by itself. */
  readonly floor?: number | undefined;
  readonly goal?: Goal;
  /** What it cost in processor time. */
  readonly processor?: Processor;
  /** What the reader must know to read it right: why it was not measured, say. */
  readonly note?: string | undefined;
}

/** Processor time of all processes and threads of a server. Other work on the machine changes it little. */
export interface Processor {
  readonly unit: "µs" | "ms";
  /** What it is counted by: an event, a page, a row. */
  readonly an: string;
  readonly daybook?: number | undefined;
  readonly postgres?: number | undefined;
  readonly goal?: Goal;
}

export interface Setting {
  readonly date: string;
  readonly machine: string;
  readonly versions: string;
  readonly data: string;
  readonly command: string;
  /** What a figure's floor is. */
  readonly floor: string;
  /** Where the rest is. */
  readonly beside: string;
}

interface Outcome {
  readonly what: string;
  readonly verdict: Verdict;
  /** What was measured, and what it was to come to. */
  readonly detail: string;
}

/** What became of each goal: of a figure's own, then of its processor time. "The same" is followed by what it is the same as. */
function outcomesOf(figures: readonly Figure[]): Outcome[] {
  const outcomes: Outcome[] = [];
  let subject = "";
  for (const figure of figures) {
    const { goal, processor } = figure;
    const isSame = figure.what.startsWith("the same");
    if (!isSame) subject = figure.what;
    const what = isSame ? `${figure.what} (${subject})` : figure.what;
    const add = (name: string, own: Goal, measured: Figure | Processor) => {
      const better = own.kind === "times_peer" ? timesBetter(measured) : undefined;
      const value =
        better === undefined ? `${number(measured.daybook, measured.unit)} ${measured.unit}` : times(better);
      const detail = `${value}, goal ${goalText(own, measured.unit)}`;
      outcomes.push({ what: name, verdict: verdictOf(own, measured), detail });
    };
    if (goal) add(what, goal, figure);
    if (processor?.goal) add(`${what}, processor time`, processor.goal, processor);
  }
  return outcomes;
}

/** One line for who watches the run. */
export function renderFigure(figure: Figure): string {
  const { what, unit, daybook, postgres, floor, processor, note } = figure;
  const values = Object.entries({ daybook, postgres, floor }).filter(([, value]) => value !== undefined);
  const parts = values.map(([name, value]) => `${name} ${number(value, unit)}`);
  const wall = parts.length === 0 ? "not measured" : `${parts.join(", ")} ${unit}`;
  const cost = processor && `; processor ${processorCell(processor)}`;
  return `${what}: ${wall}${cost ?? ""}${goalCells(figure)
    .map((cell) => ` [${cell}]`)
    .join("")}${note ? ` (${note})` : ""}`;
}

/** The page that a run leaves behind: what was measured, and nothing else. */
export function renderResults(setting: Setting, figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, daybook, postgres, floor, processor, note } = figure;
    const cells = [
      what,
      unit,
      number(daybook, unit),
      number(postgres, unit),
      times(timesBetter(figure)),
      processor ? processorCell(processor) : "–",
      number(floor, unit),
      goalCells(figure).join("; ") || "–",
      note ?? "",
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `# Results

Written on ${setting.date} by \`${setting.command}\`.

Absolute figures mean little on another machine. The ratios are from one run, with the same data. *Better* says how many times more
events a second Daybook records, or how many times less time or space it takes. *Processor* is the time of all processes and threads of the
server: Daybook's first, then PostgreSQL's. *Floor* is ${setting.floor}. ${setting.beside}

- Machine: ${setting.machine}
- Versions: ${setting.versions}
- Data: ${setting.data}

${renderVerdicts(figures)}

| what | unit | Daybook | PostgreSQL by hand | better | processor | floor | goal | note |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}

/** How many goals were met, and each that was not. */
export function renderVerdicts(figures: readonly Figure[]): string {
  const all = outcomesOf(figures);
  const of = (wanted: Verdict) => all.filter(({ verdict }) => verdict === wanted);
  const lines = [
    `**Goals: ${of("met").length} met, ${of("missed").length} missed, ${of("not measured").length} not measured.**`,
  ];
  for (const wanted of ["missed", "not measured"] as const) {
    for (const { what, detail } of of(wanted)) lines.push(`- ${wanted}: ${what}: ${detail}`);
  }
  return lines.length === 1 ? lines.join("") : `${lines[0]}\n\n${lines.slice(1).join("\n")}`;
}

/** Each goal with what became of it. */
function goalCells(figure: Figure): string[] {
  const { goal, unit, processor } = figure;
  const cells = [];
  if (goal) cells.push(`${goalText(goal, unit)}: ${mark(verdictOf(goal, figure))}`);
  if (processor?.goal) {
    const text = goalText(processor.goal, `${processor.unit} of processor time`);
    cells.push(`${text}: ${mark(verdictOf(processor.goal, processor))}`);
  }
  return cells;
}

function mark(verdict: Verdict): string {
  return verdict === "met" ? verdict : `**${verdict}**`;
}

function processorCell(processor: Processor): string {
  const { unit, an, daybook, postgres } = processor;
  const values =
    postgres === undefined ? number(daybook, unit) : `${number(daybook, unit)} · ${number(postgres, unit)}`;
  const ratio = timesBetter(processor);
  return `${values} ${unit} ${an}${ratio === undefined ? "" : ` (${times(ratio)})`}`;
}

function times(ratio: number | undefined): string {
  return ratio === undefined ? "–" : `${ratio >= 100 ? Math.round(ratio) : ratio.toPrecision(2)} ×`;
}

function number(value: number | undefined, unit: Figure["unit"]): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (unit === "events/s") return Math.round(value).toLocaleString("en");
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return unit === "bytes" ? value.toFixed(1) : value.toPrecision(value < 1 ? 2 : 3);
}
