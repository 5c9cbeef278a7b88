import { readdirSync, readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, wherever Node runs. */
const TICK_MS = 10;

/**
 * Processor time that a process and everything it started have used so far, those that have ended included, in milliseconds. Unlike
 * the clock it hardly depends on what else the machine does.
 */
export function processorMs(pid: number): number {
  return sumOverTree(pid, (each) => ticksIn(`/proc/${each}/stat`)) * TICK_MS;
}

/** The same of one thread. The thread that runs a Node program has the number of its process. */
export function threadProcessorMs(pid: number, thread: number): number {
  return ownTicksIn(`/proc/${pid}/task/${thread}/stat`) * TICK_MS;
}

/** Resident memory of a process and everything it started, now, in MiB. */
export function residentMiB(pid: number): number {
  return (
    sumOverTree(pid, (each) => {
      const [, kib = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${each}/status`, "utf8")) ?? [];
      return Number(kib);
    }) / 1024
  );
}

/** @throws when the process at the root is gone; a child that ends meanwhile counts as nothing, as its parent has its time then. */
function sumOverTree(pid: number, of: (pid: number) => number): number {
  const children = childrenOf(pid);
  return children.reduce((sum, child) => sum + ifThere(() => sumOverTree(child, of), 0), of(pid));
}

/** A child belongs to the thread that started it. */
function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    ifThere(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8"), "")
      .split(" ")
      .filter(Boolean)
      .map(Number),
  );
}

/** utime, stime, and the same of children that were waited for (proc(5), fields 14 to 17). */
function ticksIn(file: string): number {
  return fieldsOf(file).slice(11, 15).reduce(add);
}

function ownTicksIn(file: string): number {
  return fieldsOf(file).slice(11, 13).reduce(add);
}

/** Numbers from the third field on: the name in parentheses before it can hold spaces. */
function fieldsOf(file: string): number[] {
  const stat = readFileSync(file, "utf8");
  return stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
}

function add(left: number, right: number): number {
  return left + right;
}

/** Processes and threads end at any time. */
function ifThere<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) {
      return otherwise;
    }
    throw error;
  }
}
