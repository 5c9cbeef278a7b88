import { DaybookError } from "../errors.ts";
import type { SignedCheckpoint, TreeReader } from "../tree/index.ts";
import type { OutgoingRecord } from "./contract.ts";
import type { Format } from "./formats/format.ts";
import { Subtrees } from "./proof/subtrees.ts";

/** How long events wait for a checkpoint that covers them, while there are fewer than `EVENTS_MAX`. */
const INTERVAL_MS = 60_000;
const EVENTS_MAX = 10_000;
/** A checkpoint is signed within a second; while none is, it is not asked for more often. */
const WAIT_MS_MIN = 2_000;
/** Organizations that a stream of all of them remembers. What it sends of a forgotten one begins with its subtrees again. */
const ORGANIZATIONS_MAX = 10_000;

interface Progress {
  /** Everything below was sent. */
  readonly next: number;
  /** Entries that the last checkpoint sent covers. */
  readonly covered: number;
  /** Events sent since. */
  readonly since: number;
  readonly sentAt: number;
  /** Signed, and larger than what was sent when it was due: it is sent once everything it covers was. */
  readonly target: SignedCheckpoint | undefined;
}

/** Checkpoints that go with a batch, and what is known once the receiver has acknowledged it. */
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
 * Which signed checkpoints travel between the events: each minute, each 10,000 events, and where a stream begins. They are kept in memory alone: after a
 * restart one is sent again.
 */
export class StreamCheckpoints {
  private readonly options: CheckpointsOptions;
  private readonly organizations = new Map<string, Progress>();

  constructor(options: CheckpointsOptions) {
    this.options = options;
  }

  /**
   * @param records of a batch, or none when only checkpoints are due.
   * @param next everything below was looked at, of a stream of one organization. @param now milliseconds of a clock that is never set.
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

  /** How long until a checkpoint is due although nothing is recorded. Undefined: none is. */
  idleMs(now: number): number | undefined {
    const due = [...this.organizations.values()]
      .filter(({ since }) => since > 0)
      .map(({ sentAt }) => sentAt + INTERVAL_MS);
    return due.length === 0 ? undefined : Math.max(WAIT_MS_MIN, Math.min(...due) - now);
  }

  /** What a batch holds of each organization, and those that wait for a checkpoint though none of their events is in it. */
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

  /** Where a stream begins in the middle, the subtrees of what came before let a receiver compute the next checkpoint's root. */
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

  /** A stream of every organization must not remember them all. */
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
