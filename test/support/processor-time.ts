import { readdirSync, readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10;

interface Process {
  readonly parent: number;
  /** Its own processor time, and that of its children that have ended. */
  readonly ms: number;
}

/** @returns the processor time so far of this process and of all that it started, in milliseconds; undefined where no /proc says. */
export function processorTime(): number | undefined {
  const processes = new Map<number, Process>();
  for (const name of namesIn("/proc")) {
    const process = /^\d+$/.test(name) ? read(name) : undefined;
    if (process) processes.set(Number(name), process);
  }
  const own = processes.get(process.pid);
  if (own === undefined) return undefined;
  let sum = own.ms;
  for (const pid of processes.keys()) if (descends(pid, processes)) sum += processes.get(pid)?.ms ?? 0;
  return sum;
}

function descends(pid: number, processes: ReadonlyMap<number, Process>): boolean {
  let parent = processes.get(pid)?.parent;
  while (parent !== undefined && parent !== process.pid) parent = processes.get(parent)?.parent;
  return parent !== undefined;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Undefined when it has just ended. */
function read(pid: string): Process | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name, in brackets, can hold spaces and brackets.
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11);
  return { parent: fields[1] ?? 0, ms: (utime + stime + cutime + cstime) * TICK_MS };
}
