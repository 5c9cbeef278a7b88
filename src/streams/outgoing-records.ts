import { matcher, selectionOf } from "@daybook/sdk/filters";
import { decodeEntry, entryJson, type StoredEvent } from "../event/index.ts";
import type { LogEntry } from "../log/index.ts";
import type { SelectionParameters } from "../query/index.ts";
import { altered, type Damage, type DamageListener, LeafHashes } from "../read/index.ts";
import type { TreeReader } from "../tree/index.ts";
import type { OutgoingRecord } from "./contract.ts";
import type { EventSource, Format } from "./formats/format.ts";

/** Leaf hashes of so many organizations are kept at once, because a stream of all organizations reads them mixed. */
const ORGANIZATIONS_MAX = 64;

export interface RecordOptions {
  readonly logId: string;
  readonly tree: Pick<TreeReader, "tile" | "size">;
  readonly format: Format;
  readonly filter: SelectionParameters;
  /** A larger text is sent shortened. */
  readonly recordBytes: number;
  readonly onDamage: DamageListener;
}

/** Turns entries of the log into records. Each entry is compared with its hash first. */
export class OutgoingRecords {
  private readonly options: RecordOptions;
  private readonly matches: ((event: StoredEvent) => boolean) | undefined;
  private readonly hashes = new Map<string, LeafHashes>();

  constructor(options: RecordOptions) {
    this.options = options;
    const selection = selectionOf(options.filter);
    this.matches = selection.length === 0 ? undefined : matcher(selection);
  }

  /**
   * @param shorten whether the receiver has refused the whole record.
   * @returns undefined if the filter leaves it out. A damaged entry is reported and sent as damaged, whatever the filter.
   */
  of(entry: LogEntry, shorten = false): OutgoingRecord | undefined {
    const { format, recordBytes } = this.options;
    const damage = altered(entry, this.hashesOf(entry.organization).of(entry));
    if (damage !== undefined) return this.damaged(entry, damage);
    const source = new Source(entry, this.options.logId);
    if (this.matches?.(source.event()) === false) return undefined;
    const whole = format.event(source);
    const bytes = Buffer.byteLength(whole);
    const reason = shorten ? "refused" : bytes > recordBytes ? "too_large" : undefined;
    return new EventRecord(source, reason === undefined ? whole : format.shortened(source, { bytes, reason }));
  }

  private damaged({ organization, sequence, position }: LogEntry, damage: Damage): OutgoingRecord {
    this.options.onDamage(organization, { sequence, position, timestamp: 0 }, damage);
    const { logId, format } = this.options;
    return {
      kind: "event",
      organization,
      sequence,
      id: `damaged-${organization}-${sequence}`,
      time: Date.now(),
      text: format.damaged({ logId, organization, sequence }, damage),
      event: undefined,
      leafHash: undefined,
    };
  }

  private hashesOf(organization: string): LeafHashes {
    const known = this.hashes.get(organization);
    if (known !== undefined) return known;
    if (this.hashes.size >= ORGANIZATIONS_MAX) this.hashes.clear();
    const hashes = new LeafHashes(this.options.tree, organization);
    this.hashes.set(organization, hashes);
    return hashes;
  }
}

class Source implements EventSource {
  readonly logId: string;
  readonly organization: string;
  readonly sequence: number;
  readonly leafHash: string;
  readonly header: Uint8Array;
  readonly body: Uint8Array | undefined;
  private decoded: StoredEvent | undefined;

  constructor({ organization, sequence, leafHash, header, body }: LogEntry, logId: string) {
    this.logId = logId;
    this.organization = organization;
    this.sequence = sequence;
    this.leafHash = Buffer.from(leafHash).toString("hex");
    this.header = header;
    this.body = body;
  }

  json(): string {
    return entryJson(this.header, this.body, this.leafHash);
  }

  event = (): StoredEvent => {
    this.decoded ??= decodeEntry(this.header, this.body);
    return this.decoded;
  };
}

/** Most sinks need only the text: the event is decoded when a sink asks for it. */
class EventRecord implements OutgoingRecord {
  readonly kind = "event";
  readonly text: string;
  private readonly source: Source;

  constructor(source: Source, text: string) {
    this.source = source;
    this.text = text;
  }

  get organization(): string {
    return this.source.organization;
  }

  get sequence(): number {
    return this.source.sequence;
  }

  get leafHash(): string {
    return this.source.leafHash;
  }

  get event(): StoredEvent {
    return this.source.event();
  }

  get id(): string {
    return this.event.id;
  }

  get time(): number {
    return Date.parse(this.event.recorded_at);
  }
}
