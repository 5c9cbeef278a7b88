import { type Receipt, uuidv7 } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import { decodeEntry, encodeEntry } from "../event/codec.ts";
import { sameContent } from "../event/same.ts";
import type { StoredEvent } from "../event/stored.ts";
import { formatTimestamp } from "../event/timestamp.ts";
import type { ValidEvent } from "../event/validate.ts";
import type { Ids } from "../ids/ids.ts";
import type { Appended, Log, LogEntry } from "../log/contract.ts";

/** One event to record: whose it is, and who delivered it. Both are decided by the server, never read from the event. */
export interface Recording {
  readonly organization: string;
  readonly source: StoredEvent["source"];
  readonly event: ValidEvent;
  /** Length of its text: about what it holds in memory while it waits for the disk. */
  readonly bytes?: number;
}

interface Pending {
  readonly appending: Promise<Appended>;
  /** Undefined until it is durable. */
  position: number | undefined;
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
  /** Organization and id → where it will stand once it is durable, in the order of the log. */
  private readonly tail = new Map<string, Pending>();

  private readonly now: () => number;

  /** @param now the wall clock, in milliseconds since the Unix epoch. */
  constructor(log: Log, ids: Ids, now: () => number = Date.now) {
    this.log = log;
    this.ids = ids;
    this.now = now;
    this.decidedFrom = log.end;
  }

  /**
   * One promise each, in order. A promise resolves only once the event is durable; it rejects with DaybookError `id_conflict`,
   * `id_undecided`, `event_too_large` or `log_unavailable`, and then only that event was not recorded.
   */
  record(recordings: readonly Recording[]): Promise<Receipt>[] {
    this.forgetRead();
    const known = this.findKnown(recordings);
    return recordings.map((recording, place) => {
      const { id } = recording.event;
      if (id === undefined) return this.append(recording, uuidv7());
      const position = known[place];
      if (position !== undefined) return this.answerRetry(recording, position);
      const pending = this.tail.get(key(recording.organization, id));
      if (pending) return this.answerPending(recording, pending);
      if (this.ids.position < this.decidedFrom) return Promise.reject(undecided());
      return this.append(recording, id);
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
    const position =
      this.ids.find([[organization, id]])[0] ?? (await pending?.appending.catch(() => undefined))?.position;
    if (position !== undefined) return this.log.entry(position);
    if (this.ids.position < this.decidedFrom) throw undecided();
    return undefined;
  }

  private findKnown(recordings: readonly Recording[]): (number | undefined)[] {
    const places: number[] = [];
    const asked: [string, string][] = [];
    for (const [place, { organization, event }] of recordings.entries()) {
      if (event.id === undefined) continue;
      places.push(place);
      asked.push([organization, event.id]);
    }
    const known: (number | undefined)[] = new Array(recordings.length);
    if (asked.length === 0) return known;
    for (const [at, position] of this.ids.find(asked).entries()) known[places[at] as number] = position;
    return known;
  }

  private async append(recording: Recording, id: string): Promise<Receipt> {
    if (this.tail.size >= TAIL_MAX)
      throw new DaybookError("log_unavailable", "The index of ids is catching up.", { retryAfterSeconds: 1 });
    const { organization, source, event, bytes = 0 } = recording;
    const [appending] = this.log.append([
      {
        organization,
        bytes,
        reserved: source.type === "daybook",
        encode: (sequence, recordedAt) =>
          encodeEntry(event, { id, organization, source, sequence, recordedAt, clock: this.now() }),
      },
    ]);
    if (!appending) throw new DaybookError("internal", "The log took no event.");
    const tailKey = key(organization, id);
    const pending: Pending = { appending, position: undefined };
    this.tail.set(tailKey, pending);
    const appended = await appending.catch((error: unknown) => {
      // What was not recorded leaves its id free.
      this.tail.delete(tailKey);
      throw error;
    });
    pending.position = appended.position;
    return {
      id,
      log_id: this.log.id,
      sequence: appended.sequence,
      leaf_hash: Buffer.from(appended.leafHash).toString("hex"),
      recorded_at: formatTimestamp(appended.recordedAt),
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

  private async answerPending(recording: Recording, { appending }: Pending): Promise<Receipt> {
    const first = await appending.catch(() => undefined);
    if (first) return this.answerRetry(recording, first.position);
    // The first one was not recorded, so this one stands for itself.
    const [receipt] = this.record([recording]);
    return receipt as Promise<Receipt>;
  }

  private async answerRetry({ event }: Recording, position: number): Promise<Receipt> {
    const entry = await this.log.entry(position);
    const stored = decodeEntry(entry.header, entry.body);
    if (!sameContent(event, stored)) {
      throw new DaybookError("id_conflict", "This id was already recorded with other content.", {
        errors: [{ pointer: "/id", message: "was already recorded with other content" }],
      });
    }
    return {
      id: stored.id,
      log_id: this.log.id,
      sequence: entry.sequence,
      leaf_hash: Buffer.from(entry.leafHash).toString("hex"),
      recorded_at: stored.recorded_at,
      duplicate: true,
    };
  }
}

function key(organization: string, id: string): string {
  return `${organization}/${id}`;
}

function undecided(): DaybookError {
  return new DaybookError("id_undecided", "Whether this id was recorded before is still being read from the log.", {
    retryAfterSeconds: 1,
  });
}
