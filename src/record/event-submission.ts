import type { Sender } from "../admission/index.ts";
import { type EventFields, encodeFields, type Placement } from "../event/index.ts";
import type { Appended, Entry, Submission } from "../log/index.ts";

/** Hears how an event's way into the log ends. */
export interface SubmissionListener {
  onAppended(submission: EventSubmission, place: Appended): void;
  onRefused(submission: EventSubmission, error: unknown): void;
  /** The wall clock, in milliseconds since the Unix epoch. */
  now(): number;
}

type SubmittedEvent = Pick<Placement, "organization" | "source"> & {
  readonly event: EventFields;
  readonly sender?: Sender | undefined;
};

/** An event on its way into the log under its id. */
export class EventSubmission implements Submission {
  readonly organization: string;
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly sender: Sender | undefined;
  /** Place in its request. */
  readonly index: number;
  /** Undefined until it is durable, and for ever where it was refused. */
  position: number | undefined;
  /** Not kept beyond its end: it holds the whole request's bytes. */
  private event: EventFields | undefined;
  private readonly source: Placement["source"];
  private readonly listener: SubmissionListener;
  private hasEnded = false;
  private waiting: (() => void)[] | undefined;

  /** @param name organization and id in one. */
  constructor(
    { organization, event, source, sender }: SubmittedEvent,
    { id, name }: { readonly id: string; readonly name: string },
    index: number,
    listener: SubmissionListener,
  ) {
    this.organization = organization;
    this.id = id;
    this.name = name;
    this.event = event;
    this.source = source;
    this.sender = sender;
    this.bytes = event.end - event.start;
    this.index = index;
    this.listener = listener;
  }

  /** Daybook's own events are taken on a full disk, too. */
  get reserved(): boolean {
    return this.source.type === "daybook";
  }

  encode(sequence: number, recordedAt: number): Entry {
    const { id, organization, source, event } = this;
    if (event === undefined) throw new Error("an event that has ended is encoded again");
    return encodeFields(event, { id, organization, source, sequence, recordedAt, clock: this.listener.now() });
  }

  appended(place: Appended): void {
    this.position = place.position;
    this.listener.onAppended(this, place);
    this.end();
  }

  refused(error: unknown): void {
    this.listener.onRefused(this, error);
    this.end();
  }

  /** Resolves once it was appended or refused. */
  async ended(): Promise<void> {
    if (this.hasEnded) return;
    await new Promise<void>((resolve) => {
      this.waiting ??= [];
      this.waiting.push(resolve);
    });
  }

  private end(): void {
    this.hasEnded = true;
    this.event = undefined;
    for (const resolve of this.waiting ?? []) resolve();
  }
}
