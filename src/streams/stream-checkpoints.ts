import { DaybookError } from "../errors.ts";
import type { SignedCheckpoint, TreeReader } from "../tree/index.ts";
import type { OutgoingRecord } from "./contract.ts";
import type { Format } from "./formats/format.ts";
import { Subtrees } from "./proof/subtrees.ts";

/** How long events wait for a checkpoint that covers them, if there are fewer than `EVENTS_MAX`. */
const INTERVAL_MS = 60_000;
const EVENTS_MAX = 10_000;
/** A checkpoint is signed within a second. Until then it is asked for at most this often. */
const WAIT_MS_MIN = 2_000;
/** A stream of all organizations remembers so many of them. For a forgotten one it begins with the subtrees again. */
const ORGANIZATIONS_MAX = 10_000;

interface Progress {
  /** Everything below was sent. */
  readonly next: number;
  /** Entries that the last checkpoint sent covers. */
  readonly covered: number;
  /** Events sent since. */
  readonly since: number;
  readonly sentAt: number;
  /** A signed checkpoint that covers more than was sent when it was due. It is sent once everything that it covers was sent. */
  readonly target: SignedCheckpoint | undefined;
}

/** Checkpoints that go with a batch, and the state after the receiver has acknowledged it. */
export interface DueCheckpoints {
  readonly before: readonly OutgoingRecord[];
  readonly after: readonly OutgoingRecord[];
  commit(): void;
}

interface CheckpointsOptions {
  readonly logId: string;
  readonly tree: TreeReader;
  readonly format: Format;
}

/**
 * Which signed checkpoints are sent between the events: one each minute, one for each 10,000 events, and one where a stream begins. This is only in
 * memory: after a restart one is sent again.
 */
export class StreamCheckpoints {
  private readonly options: CheckpointsOptions;
  private readonly organizations = new Map<string, Progress>();

  constructor(options: CheckpointsOptions) {
    this.options = options;
  }

  /**
   * @param records of a batch, or none when only checkpoints are due.
   * @param next for a stream of one organization: everything below was read. @param now milliseconds of a clock that is never set.
   */
  due(records: readonly OutgoingRecord[], next: number | undefined, now: number): DueCheckpoints {
    const before: OutgoingRecord[] = [];
    const after: OutgoingRecord[] = [];
    const changed = new Map<string, Progress>();
    for (const [organization, sent] of this.sent(records, next)) {
      const known = this.organizations.get(organization);
      const opening = known === undefined ? this.opening(organization, sent.first) : undefined;
      if (opening !== undefined) before.push(opening);
      const progress = known ?? { ...FRESH, covered: sent.first };
      const moved = { ...progress, next: sent.next ?? progress.next, since: progress.since + sent.events };
      const due = this.dueOf(organization, moved, now);
      if (due.record !== undefined) after.push(due.record);
      changed.set(organization, due.progress);
    }
    return { before, after, commit: () => this.keep(changed) };
  }

  /** How long until a checkpoint is due although nothing is recorded. Undefined: none is due. */
  idleMs(now: number): number | undefined {
    const due = [...this.organizations.values()]
      .filter(({ since }) => since > 0)
      .map(({ sentAt }) => sentAt + INTERVAL_MS);
    return due.length === 0 ? undefined : Math.max(WAIT_MS_MIN, Math.min(...due) - now);
  }

  /** What a batch holds of each organization. It includes organizations that only wait for a checkpoint. */
  private sent(records: readonly OutgoingRecord[], next: number | undefined): Map<string, Counted> {
    const counts = new Map<string, Counted>();
    for (const [organization, { since }] of this.organizations) {
      if (since > 0) counts.set(organization, { first: 0, next, events: 0 });
    }
    for (const { organization, sequence } of records) {
      const { first = sequence, events = 0 } = counts.get(organization) ?? {};
      counts.set(organization, { first, next: next ?? sequence + 1, events: events + 1 });
    }
    return counts;
  }

  private dueOf(organization: string, moved: Progress, now: number): { progress: Progress; record?: OutgoingRecord } {
    const isDue = moved.since >= EVENTS_MAX || (moved.since > 0 && now - moved.sentAt >= INTERVAL_MS);
    if (!isDue) return { progress: moved };
    const target = moved.target ?? this.options.tree.checkpoint(organization);
    if (target === undefined || target.size <= moved.covered) return { progress: { ...moved, target: undefined } };
    if (target.size > moved.next) return { progress: { ...moved, target } };
    const record = this.record(organization, target.size, target);
    if (record === undefined) return { progress: moved };
    const { size: covered } = target;
    const progress = { next: moved.next, covered, since: moved.next - covered, sentAt: now, target: undefined };
    return { progress, record };
  }

  /** If a stream begins in the middle, a receiver needs the subtrees before it to compute the next checkpoint's root. */
  private opening(organization: string, first: number): OutgoingRecord | undefined {
    if (first === 0) return undefined;
    return this.record(organization, first, this.options.tree.checkpointAt(organization, first));
  }

  /** @returns undefined while the tree does not cover it, or is being read from the log again. */
  private record(organization: string, size: number, signed: SignedCheckpoint | undefined): OutgoingRecord | undefined {
    const { tree, logId, format } = this.options;
    try {
      const subtrees = Subtrees.of(tree, organization, size).hashes.map((hash) => Buffer.from(hash).toString("hex"));
      const time = signed?.signedAt ?? Date.now();
      return {
        kind: "checkpoint",
        organization,
        sequence: size,
        id: `checkpoint-${organization}-${size}`,
        time,
        text: format.checkpoint({ logId, organization, size, time, note: signed?.note, subtrees }),
        event: undefined,
        leafHash: undefined,
      };
    } catch (error) {
      if (error instanceof RangeError || (error instanceof DaybookError && error.code === "tree_unavailable")) {
        return undefined;
      }
      throw error;
    }
  }

  /** Forgets organizations that wait for no checkpoint, the oldest first: a stream of every organization must not remember all of them. */
  private keep(changed: ReadonlyMap<string, Progress>): void {
    for (const [organization, progress] of changed) this.organizations.set(organization, progress);
    for (const [organization, { since }] of this.organizations) {
      if (this.organizations.size <= ORGANIZATIONS_MAX) return;
      if (since <= 0) this.organizations.delete(organization);
    }
  }
}

const FRESH = { next: 0, covered: 0, since: 0, sentAt: Number.NEGATIVE_INFINITY, target: undefined };

/** Of one organization in one batch. */
interface Counted {
  readonly first: number;
  /** Undefined where none of its events was sent. */
  readonly next: number | undefined;
  readonly events: number;
}
