import { type Receipt, uuidv7 } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { decodeEntry } from "../event/codec.ts";
import type { EventText } from "../event/event-text.ts";
import { sameContent } from "../event/same.ts";
import type { StoredEvent } from "../event/stored.ts";
import { formatTimestamp } from "../event/timestamp.ts";
import type { Ids } from "../ids/ids.ts";
import type { Appended, Log, LogEntry } from "../log/contract.ts";
import { EventSubmission, type SubmissionListener } from "./event-submission.ts";
import { asError, type Outcome, Outcomes } from "./outcomes.ts";

/** One event to record: whose it is, and who delivered it. Both are decided by the server, never read from the event. */
export interface Recording {
  readonly organization: string;
  readonly source: StoredEvent["source"];
  readonly event: EventText;
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
  /** By organization and id, in the order of the log. */
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
    this.forgetRead();
    const known = this.findKnown(recordings);
    const outcomes = new Outcomes(recordings.length);
    const listener = this.listenerFor(outcomes);
    const submissions: EventSubmission[] = [];
    for (const [index, recording] of recordings.entries()) {
      const position = known[index];
      if (position !== undefined) {
        outcomes.endLater(index, this.answerRetry(recording, position));
        continue;
      }
      const { organization } = recording;
      const id = recording.event.id === "" ? undefined : recording.event.id.slice(1, -1);
      const pending = id && this.tail.get(key(organization, id));
      if (pending) outcomes.endLater(index, this.answerPending(recording, pending));
      else if (id !== undefined && this.ids.position < this.decidedFrom) outcomes.end(index, undecided());
      else if (this.tail.size >= TAIL_MAX) outcomes.end(index, catchingUp());
      else {
        const submission = new EventSubmission({ ...recording, id: id ?? uuidv7() }, index, listener);
        this.tail.set(key(organization, submission.id), submission);
        submissions.push(submission);
      }
    }
    this.log.submit(submissions);
    return outcomes.all;
  }

  /** The receipts of all. @throws what the first event was refused for; others may have been recorded. */
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
    const pending = this.tail.get(key(organization, id));
    await pending?.ended();
    const position = this.ids.find([[organization, id]])[0] ?? pending?.position;
    if (position !== undefined) return this.log.entry(position);
    if (this.ids.position < this.decidedFrom) throw undecided();
    return undefined;
  }

  private findKnown(recordings: readonly Recording[]): (number | undefined)[] {
    const places: number[] = [];
    const asked: [string, string][] = [];
    for (const [place, { organization, event }] of recordings.entries()) {
      if (event.id === "") continue;
      places.push(place);
      asked.push([organization, event.id.slice(1, -1)]);
    }
    const known: (number | undefined)[] = new Array(recordings.length);
    if (asked.length === 0) return known;
    for (const [at, position] of this.ids.find(asked).entries()) known[places[at] as number] = position;
    return known;
  }

  private listenerFor(outcomes: Outcomes): SubmissionListener {
    return {
      now: this.now,
      onAppended: ({ id, index }, place) => outcomes.end(index, this.receipt(id, place)),
      onRefused: ({ organization, id, index }, error) => {
        // What was not recorded leaves its id free.
        this.tail.delete(key(organization, id));
        outcomes.end(index, asError(error));
      },
    };
  }

  private receipt(id: string, { sequence, leafHash, recordedAt }: Appended): Receipt {
    return {
      id,
      log_id: this.log.id,
      sequence,
      leaf_hash: hex(leafHash),
      recorded_at: formatTimestamp(recordedAt),
      duplicate: false,
    };
  }

  /** Drops from the tail what the follower has read by now. */
  private forgetRead(): void {
    for (const [tailKey, { position }] of this.tail) {
      if (position === undefined || position >= this.ids.position) return;
      this.tail.delete(tailKey);
    }
  }

  private async answerPending(recording: Recording, pending: EventSubmission): Promise<Outcome> {
    await pending.ended();
    if (pending.position !== undefined) return this.answerRetry(recording, pending.position);
    // The first one was not recorded, so this one stands for itself.
    const [outcome] = await this.record([recording]);
    return outcome as Outcome;
  }

  private async answerRetry({ event }: Recording, position: number): Promise<Receipt> {
    const entry = await this.log.entry(position);
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

function key(organization: string, id: string): string {
  return `${organization}/${id}`;
}

function undecided(): DaybookError {
  return new DaybookError("id_undecided", "Whether this id was recorded before is still being read from the log.", {
    retryAfterSeconds: 1,
  });
}

function catchingUp(): DaybookError {
  return new DaybookError("log_unavailable", "The index of ids is catching up.", { retryAfterSeconds: 1 });
}
