import { DaybookError } from "../errors.ts";
import { FairQueue, type Sender } from "./fair-queue.ts";

/** What a request needs beside its bytes: its connection, its head, its answer. */
const REQUEST_BYTES = 16 * 1024;
/** Whoever waits holds a connection, and what of its body has arrived. */
const WAITING_MAX = 1_024;
/** Longer than most work takes, shorter than clients wait for an answer. */
const WAIT_MS = 10_000;

export interface BudgetOptions {
  /** For all requests together. */
  readonly bytes: number;
  /** Whether an organization's events have to wait, however much is free. Default: never. */
  readonly mustWait?: (organization: string) => boolean;
  /** A request is refused. */
  readonly onRefused?: () => void;
  readonly waitMs?: number;
  readonly waitingMax?: number;
}

export interface TakeOptions {
  /** It records events. Default false. */
  readonly recording?: boolean;
  /** Asked for only by who has to wait: aborts when nobody waits for the answer any more. */
  readonly left?: () => AbortSignal;
}

interface Asked {
  /** What an organization records is one, what it reads another. */
  readonly flow: string;
  readonly bytes: number;
  /** The organization whose events can be held back. */
  readonly heldBack?: string | undefined;
}

interface Waiting extends Asked {
  readonly admit: (held: Held) => void;
}

/** A part of the budget that a request holds. */
export class Held {
  private readonly budget: MemoryBudget;
  readonly flow: string;
  bytes: number;

  constructor(budget: MemoryBudget, flow: string, bytes: number) {
    this.budget = budget;
    this.flow = flow;
    this.bytes = bytes;
  }

  /** It turned out to be more or less. @throws DaybookError `overloaded` when there is no more to be had. */
  resize(bytes: number): void {
    this.budget.resize(this, bytes + REQUEST_BYTES);
  }

  /** What it needs from now on, if less than it holds. */
  shrink(bytes: number): void {
    this.budget.resize(this, Math.min(this.bytes, bytes + REQUEST_BYTES));
  }

  /** A second call does nothing. */
  release(): void {
    this.budget.resize(this, 0);
  }
}

/**
 * One budget of memory for what all requests hold: bodies that arrive, events on their way into the log, answers on their way out. It is decided
 * before a byte of the body is read.
 *
 * What an organization records, or what it reads, can hold as much as it leaves free (the dynamic threshold of Choudhury and Hahne, 1998): one alone half
 * of the budget, two a third each.
 * So something is free whenever another one comes. Who finds too little waits, and is admitted in fair order; who would wait too long is refused.
 */
export class MemoryBudget {
  private readonly options: BudgetOptions;
  private readonly queue = new FairQueue<Waiting>();
  private readonly heldBy = new Map<string, number>();
  private readonly waitingBy = new Map<string, number>();
  private held = 0;

  constructor(options: BudgetOptions) {
    this.options = options;
  }

  get heldBytes(): number {
    return this.held;
  }

  get waiting(): number {
    return this.queue.size;
  }

  /** @returns what it holds; a promise of it when it has to wait, which DaybookError `overloaded` or the signal's reason rejects. */
  take(sender: Sender, bytes: number, { recording = false, left }: TakeOptions = {}): Held | Promise<Held> {
    // Readers who do not read must not keep their own organization from recording.
    const flow = recording ? sender.organization : `read ${sender.organization}`;
    const needed = bytes + REQUEST_BYTES;
    const asked = { flow, bytes: needed, heldBack: recording ? sender.organization : undefined };
    const waiting = this.waitingBy.get(flow) ?? 0;
    // Whoever of the same waits already comes first.
    if (waiting === 0 && this.canTake(asked)) return this.give(flow, needed);
    const places = (this.options.waitingMax ?? WAITING_MAX) - this.queue.size;
    if (waiting >= places) return Promise.reject(this.refusal());
    return this.wait({ organization: flow, key: sender.key }, asked, left?.());
  }

  /** Lets in whoever can be. To be called when `mustWait` can answer otherwise than before. */
  admit(): void {
    const canBe = (asked: Asked) => this.canTake(asked);
    for (let next = this.queue.shift(canBe); next !== undefined; next = this.queue.shift(canBe)) {
      next.admit(this.give(next.flow, next.bytes));
    }
  }

  /** @throws DaybookError `overloaded` where it would hold more than can be given. */
  resize(held: Held, bytes: number): void {
    const more = bytes - held.bytes;
    if (more > 0 && !this.canTake({ flow: held.flow, bytes: more })) throw this.refusal();
    held.bytes = bytes;
    this.held += more;
    add(this.heldBy, held.flow, more);
    if (more < 0 && this.queue.size > 0) this.admit();
  }

  private canTake({ flow, bytes, heldBack }: Asked): boolean {
    const own = this.heldBy.get(flow) ?? 0;
    const left = this.options.bytes - this.held - bytes;
    if (left < 0 || (own > 0 && own + bytes > left)) return false;
    return heldBack === undefined || this.options.mustWait?.(heldBack) !== true;
  }

  private give(flow: string, bytes: number): Held {
    this.held += bytes;
    add(this.heldBy, flow, bytes);
    return new Held(this, flow, bytes);
  }

  private async wait(lane: Sender, asked: Asked, signal: AbortSignal | undefined): Promise<Held> {
    signal?.throwIfAborted();
    add(this.waitingBy, asked.flow, 1);
    let leave: () => void = () => undefined;
    const abort = () => leave();
    const late = setTimeout(abort, this.options.waitMs ?? WAIT_MS);
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise((resolve, reject) => {
        const waiting: Waiting = { ...asked, admit: resolve };
        leave = () => {
          if (this.queue.remove(lane, waiting)) reject(signal?.aborted === true ? signal.reason : this.refusal());
        };
        this.queue.push(lane, waiting, asked.bytes);
      });
    } finally {
      clearTimeout(late);
      signal?.removeEventListener("abort", abort);
      add(this.waitingBy, asked.flow, -1);
    }
  }

  private refusal(): DaybookError {
    this.options.onRefused?.();
    return new DaybookError("overloaded", "The server is overloaded. Send the same request again later.", {
      retryAfterSeconds: 2,
    });
  }
}

function add(counts: Map<string, number>, name: string, more: number): void {
  const sum = (counts.get(name) ?? 0) + more;
  if (sum === 0) counts.delete(name);
  else counts.set(name, sum);
}
