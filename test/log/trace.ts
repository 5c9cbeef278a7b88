import { vi } from "vitest";
import { type LogOptions, type OpenLog, openLog } from "../../src/log/log.ts";
import { type Knowledge, Oracle } from "./oracle.ts";
import { Random } from "./random.ts";
import { type Call, type Fate, GO, SimulatedDisk } from "./simulated-disk.ts";

export interface TraceOptions {
  /** Calls to the file system, recoveries included, after which the trace ends. */
  readonly calls: number;
  /** Looks at each call first; what it lets `go` is the trace's to decide. */
  readonly intercept?: (call: Call) => Fate;
  /** Share of the calls at which a power loss is tried on a copy of the disk. */
  readonly lossRate: number;
}

interface Moment {
  readonly disk: SimulatedDisk;
  readonly knowledge: Knowledge;
}

/** While the disk is full, how often the log probes for space. */
const PROBE_INTERVAL_MS = 10;
const READS = ["fstat", "read", "readdir"];
const ORGANIZATIONS = ["acme", "globex", "initech"];

/**
 * Drives a log on a simulated disk through a life drawn by chance: appends, rolls, clean stops, kills, power losses, full disks
 * and failed fsyncs, also while it recovers. At the calls in between it tries what a power loss would leave. Whenever a log is
 * opened, the oracle checks it.
 *
 * Timers and clocks are the trace's own: a seed gives the same trace on any machine, and nothing keeps a dead process in memory.
 *
 * @throws what the oracle found, or what the log refused to open with.
 * @returns how many power losses were tried.
 */
export async function runTrace(seed: number, options: TraceOptions): Promise<number> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  try {
    return await new Trace(seed, options).run();
  } finally {
    vi.useRealTimers();
  }
}

class Trace {
  private readonly random: Random;
  private readonly options: TraceOptions;
  private readonly disk = new SimulatedDisk();
  private readonly oracle = new Oracle();
  private readonly saved = new Map<string, Uint8Array>();
  private calls = 0;
  private time = 1_700_000_000_000;
  private moments: Moment[] = [];
  private losses = 0;
  /** Decides over the calls of the current process, until it is dead. */
  private plan: (call: Call) => Fate = () => GO;
  private writeFate: Fate = GO;
  private died: Promise<void> = Promise.resolve();
  private die: () => void = () => undefined;

  constructor(seed: number, options: TraceOptions) {
    this.random = new Random(seed);
    this.options = options;
    this.disk.decide = (call) => this.decide(call);
    this.disk.onKill = () => this.die();
  }

  async run(): Promise<number> {
    while (this.calls < this.options.calls) {
      await this.life();
      await this.tryMoments();
    }
    return this.losses;
  }

  private decide(call: Call): Fate {
    this.calls++;
    if (!READS.includes(call.operation) && this.random.chance(this.options.lossRate)) {
      this.moments.push({ disk: this.disk.clone(), knowledge: this.oracle.knowledge });
    }
    const fate = this.options.intercept?.(call) ?? GO;
    if (fate.kind !== "go") return fate;
    const planned = this.plan(call);
    return planned.kind === "go" && call.operation === "write" ? this.writeFate : planned;
  }

  /** One process, from its start to its end. */
  private async life(): Promise<void> {
    this.died = new Promise((resolve) => {
      this.die = resolve;
    });
    const end = this.random.pick(["stop", "kill", "power", "power", "fsync"] as const);
    this.plan = this.planFor(end);
    const dead = new AbortController();
    await Promise.race([this.live(end, dead.signal), this.died]);
    dead.abort();
    // A process that is still alive has met its end otherwise: it stopped, or lasted for longer than the plan.
    kill(this.disk);
    this.plan = () => GO;
    this.makeRoom();
    if (end !== "power") return;
    this.disk.losePower(this.random);
    await this.tryTornTail();
  }

  private planFor(end: "stop" | "kill" | "power" | "fsync"): (call: Call) => Fate {
    let left = this.random.integer(this.random.pick([12, 60]));
    const when = this.random.pick(["before", "after"] as const);
    if (end === "stop") return () => GO;
    if (end === "fsync") {
      return ({ operation }) => {
        if (!operation.startsWith("f") || !operation.includes("sync") || left-- > 8) return GO;
        left = Number.POSITIVE_INFINITY;
        return { kind: "fail", code: "EIO", when };
      };
    }
    return () => (left-- === 0 ? { kind: "kill", when } : GO);
  }

  /** @param dead aborts when the process is gone, and this with it. */
  private async live(end: string, dead: AbortSignal): Promise<void> {
    let log: OpenLog;
    try {
      log = await this.open(this.disk, () => this.die());
    } catch (error) {
      if (end === "fsync" && error instanceof Error && error.message.includes("EIO")) return;
      throw error;
    }
    this.oracle.see(await this.oracle.check(log));
    this.checkSaved(this.disk);
    const { tornTail } = log.recovery;
    if (tornTail !== undefined) this.saved.set(tornTail.savedAs, this.disk.content(tornTail.savedAs) ?? Buffer.of());

    for (let turn = this.random.integer(12); turn >= 0 && !dead.aborted; turn--) {
      if (this.random.chance(0.15)) this.fillDisk();
      await this.appendSome(log);
      if (dead.aborted) return;
      this.makeRoom();
      while (log.readOnly !== undefined && !dead.aborted) {
        vi.advanceTimersByTime(1);
        await new Promise(setImmediate);
      }
    }
    if (end === "stop") await log.close();
  }

  /** Some bytes fit, or all of them and the disk says no all the same. */
  private fillDisk(): void {
    if (this.random.chance(0.5)) this.disk.capacity = this.random.integer(20_000);
    else this.writeFate = { kind: "fail", code: this.random.pick(["ENOSPC", "EDQUOT"]), when: "after" };
  }

  private makeRoom(): void {
    this.disk.capacity = Number.POSITIVE_INFINITY;
    this.writeFate = GO;
  }

  private async appendSome(log: OpenLog): Promise<void> {
    this.time += this.random.integer(2000) - 500;
    const attempts = Array.from({ length: 1 + this.random.integer(3) }, () =>
      this.oracle.attempt(this.random.pick(ORGANIZATIONS), this.random.bytes(this.random.integer(900))),
    );
    const promises = log.append(attempts.map(({ append }) => append));
    await Promise.all(
      attempts.map(({ watch }, index) => watch(promises[index] ?? Promise.reject(new Error("no promise was given")))),
    );
  }

  /** Opens what each power loss leaves. Losses that leave the same are tried as one: it must keep the most that was promised before any of them. */
  private async tryMoments(): Promise<void> {
    const distinct = new Map<string, Moment>();
    for (const moment of this.moments) {
      moment.disk.losePower(this.random);
      // What was promised only grows: the last of the same is asked for all that the earlier ones are.
      distinct.set(moment.disk.fingerprint(), moment);
    }
    this.losses += this.moments.length;
    this.moments = [];
    for (const { disk, knowledge } of distinct.values()) {
      const log = await this.open(disk, () => undefined);
      await this.oracle.check(log, knowledge);
      kill(disk);
    }
  }

  /** Loses power at every call of a start that sets a torn tail aside: its bytes must not get lost on the way. */
  private async tryTornTail(): Promise<void> {
    const first = this.disk.clone();
    let calls = 0;
    first.decide = (call) => {
      calls++;
      return this.options.intercept?.(call) ?? GO;
    };
    const { tornTail } = (await this.open(first, () => undefined)).recovery;
    kill(first);
    if (tornTail === undefined) return;
    const bytes = Buffer.from(first.content(tornTail.savedAs) ?? []);
    for (let lost = 0; lost < calls; lost++) {
      const disk = this.disk.clone();
      let left = lost;
      disk.decide = (call) =>
        left-- === 0 ? { kind: "kill", when: "before" } : (this.options.intercept?.(call) ?? GO);
      await new Promise<void>((died) => {
        disk.onKill = died;
        void this.open(disk, died);
      });
      kill(disk);
      disk.losePower(this.random);
      disk.decide = () => GO;
      await this.open(disk, () => undefined);
      kill(disk);
      if (!disk.paths().some((path) => path.includes("/torn/") && bytes.equals(disk.content(path) ?? Buffer.of()))) {
        throw new Error("the bytes of a torn tail are lost");
      }
    }
  }

  private open(disk: SimulatedDisk, onFatal: () => void): Promise<OpenLog> {
    const options: LogOptions = {
      directory: "/data/log",
      disk: disk.attach(),
      now: () => this.time,
      segmentBytes: 3000,
      ballastBytes: 2048,
      probeIntervalMs: PROBE_INTERVAL_MS,
      onFatal,
    };
    return openLog(options);
  }

  private checkSaved(disk: SimulatedDisk): void {
    for (const [path, bytes] of this.saved) {
      if (!Buffer.from(disk.content(path) ?? []).equals(bytes)) throw new Error(`the torn bytes in ${path} are lost`);
    }
  }
}

/** Ends the process that uses a disk. Its timers end with it: they would keep its log, and all that it holds, for ever. */
function kill(disk: SimulatedDisk): void {
  disk.kill();
  vi.clearAllTimers();
}
