import { type Receipt, uuidv7 } from "@daybook/sdk";
import type { Sender } from "../admission/index.ts";
import { DaybookError } from "../errors.ts";
import {
  decodeEntry,
  decodeId,
  type EventFields,
  formatTimestamp,
  type StoredEvent,
  sameContent,
} from "../event/index.ts";
import { type Ids, idName } from "../ids/index.ts";
import type { Appended, Log, LogEntry } from "../log/index.ts";
import { EventSubmission, type SubmissionListener } from "./event-submission.ts";
import { asError, type Outcome, Outcomes } from "./outcomes.ts";

/** One event to record: whose it is, and who delivered it. Both are decided by the server, never read from the event. */
export interface Recording {
  readonly organization: string;
  readonly source: StoredEvent["source"];
  /** Whose share of the log it takes while others wait. Default: the system's. */
  readonly sender?: Sender;
  readonly event: EventFields;
}

/** Ids recorded since start that the follower has not read yet. Beyond this many, events wait until it has caught up. */
const TAIL_MAX = 500_000;

/**
 * Puts events into the log, each id once. A retry with the same content gets the first receipt; with other content it is
 * refused. Owns the tail: the ids between what the follower `ids` has read and the end of the log.
 */
export class Recorder {
  private readonly log: Log;
  private readonly ids: Ids;
  /** The log's end at start: until `ids` has read up to here, an id it does not know may still have been used. */
  private readonly decidedFrom: number;
  /** By organization and id, about in the order of the log: senders take turns. */
  private readonly tail = new Map<string, EventSubmission>();

  private readonly now: () => number;

  /** @param now the wall clock, in milliseconds since the Unix epoch. */
  constructor(log: Log, ids: Ids, now: () => number = Date.now) {
    this.log = log;
    this.ids = ids;
    this.now = now;
    this.decidedFrom = log.end;
  }

  /**
   * What became of each event, in order, once all have ended. One that has a receipt is durable; the others were not recorded, for DaybookError
   * `id_conflict`, `id_undecided`, `event_too_large` or `log_unavailable`.
   */
  record(recordings: readonly Recording[]): Promise<readonly Outcome[]> {
    return this.submit(recordings, []);
  }

  /** @param others positions at which other ids were found. */
  private submit(recordings: readonly Recording[], others: readonly number[]): Promise<readonly Outcome[]> {
    this.forgetRead();
    const outcomes = new Outcomes(recordings.length);
    const listener = this.listenerFor(outcomes);
    const submissions: EventSubmission[] = [];
    for (const [index, recording] of recordings.entries()) {
      const sent = recording.event.id;
      const id = sent ?? uuidv7();
      const name = idName(recording.organization, id);
      const found = sent === undefined ? this.refusal() : this.look(recording.organization, { id, name }, others);
      if (found instanceof Error) outcomes.end(index, found);
      else if (found !== undefined) outcomes.endLater(index, this.answerKnown(recording, found));
      else {
        const submission = new EventSubmission(recording, { id, name }, index, listener);
        this.tail.set(name, submission);
        submissions.push(submission);
      }
    }
    this.log.submit(submissions);
    return outcomes.all;
  }

  /** The receipts of all. @throws what the first event was refused for; others can be recorded nevertheless. */
  async recordAll(recordings: readonly Recording[]): Promise<Receipt[]> {
    return (await this.record(recordings)).map((outcome) => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    });
  }

  /** Resolves once every id can be decided; at once, unless ids of earlier runs are still being read. */
  decided(): Promise<void> {
    return this.ids.reached(this.decidedFrom);
  }

  /**
   * The entry of an event that was acknowledged, at once. @returns undefined when there is none.
   * @throws DaybookError `id_undecided` while the ids of earlier runs are still being read.
   */
  async find(organization: string, id: string): Promise<LogEntry | undefined> {
    const pending = this.tail.get(idName(organization, id));
    const own = pending === undefined ? [] : await this.positionOf(pending);
    const entry = await this.entryOf(organization, id, [...own, ...this.ids.candidates(organization, id)]);
    if (entry === undefined && !this.isDecided) throw undecided();
    return entry;
  }

  /** Whether an id that is not found was never recorded. */
  private get isDecided(): boolean {
    return this.ids.position >= this.decidedFrom && this.ids.complete;
  }

  /** Why an event is not new: its id waits for the disk, or can be at some positions already, or cannot be decided. Undefined: record it. */
  private look(
    organization: string,
    { id, name }: { readonly id: string; readonly name: string },
    others: readonly number[],
  ): EventSubmission | readonly number[] | DaybookError | undefined {
    const pending = this.tail.get(name);
    if (pending !== undefined) return pending;
    const isRead = this.ids.position >= this.decidedFrom;
    if (!isRead || !this.ids.isNewerThanAll(id)) {
      const positions = this.ids.candidates(organization, id).filter((position) => !others.includes(position));
      if (positions.length > 0) return positions;
      if (!this.isDecided) return undecided();
    }
    return this.refusal();
  }

  /** Why no new event is taken. */
  private refusal(): DaybookError | undefined {
    return this.tail.size >= TAIL_MAX ? catchingUp() : undefined;
  }

  /** The entry with this id, of some positions where it may be. */
  private async entryOf(organization: string, id: string, positions: readonly number[]): Promise<LogEntry | undefined> {
    for (const position of positions) {
      const entry = await this.log.entry(position);
      if (entry.organization === organization && decodeId(entry.header) === id) return entry;
    }
    return undefined;
  }

  private listenerFor(outcomes: Outcomes): SubmissionListener {
    return {
      now: this.now,
      onAppended: ({ id, index }, place) => outcomes.end(index, this.receipt(id, place)),
      onRefused: ({ name, index }, error) => {
        // What was not recorded leaves its id free.
        this.tail.delete(name);
        outcomes.end(index, asError(error));
      },
    };
  }

  private receipt(id: string, { sequence, leafHash, recordedAt }: Appended): Receipt {
    return {
      id,
      log_id: this.log.id,
      sequence,
      leaf_hash: leafHash,
      recorded_at: formatTimestamp(recordedAt),
      duplicate: false,
    };
  }

  /** Drops from the tail what the follower has read by now. */
  private forgetRead(): void {
    const read = this.ids.position;
    for (const { name, position } of this.tail.values()) {
      if (position === undefined || position >= read) return;
      this.tail.delete(name);
    }
  }

  private async answerKnown(recording: Recording, found: EventSubmission | readonly number[]): Promise<Outcome> {
    const { organization, event } = recording;
    const positions = found instanceof EventSubmission ? await this.positionOf(found) : found;
    const entry = await this.entryOf(organization, event.id ?? "", positions);
    if (entry !== undefined) return this.answerRetry(event, entry);
    // The event that it waited for was refused, or these positions hold other ids: this event is new.
    const [outcome] = await this.submit([recording], positions);
    return outcome as Outcome;
  }

  private async positionOf(pending: EventSubmission): Promise<number[]> {
    await pending.ended();
    return pending.position === undefined ? [] : [pending.position];
  }

  private answerRetry(event: EventFields, entry: LogEntry): Receipt {
    const stored = decodeEntry(entry.header, entry.body);
    if (!sameContent(event.valid(), stored)) {
      throw new DaybookError("id_conflict", "This id was already recorded with other content.", {
        errors: [{ pointer: "/id", message: "was already recorded with other content" }],
      });
    }
    return {
      id: stored.id,
      log_id: this.log.id,
      sequence: entry.sequence,
      leaf_hash: hex(entry.leafHash),
      recorded_at: stored.recorded_at,
      duplicate: true,
    };
  }
}

function hex({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("hex");
}

function undecided(): DaybookError {
  return new DaybookError("id_undecided", "The server is still reading which ids were recorded. Try again.", {
    retryAfterSeconds: 1,
  });
}

function catchingUp(): DaybookError {
  return new DaybookError("log_unavailable", "The index of ids is catching up.", { retryAfterSeconds: 1 });
}
