import type { FairTurns } from "../admission/index.ts";
import { CLOCK, type Clock } from "../clock.ts";
import type { StoredStream } from "../identity/index.ts";
import type { LogReader } from "../log/index.ts";
import type { DamageListener } from "../read/index.ts";
import type { SigningKeys, TreeReader } from "../tree/index.ts";
import { Collector } from "./collector.ts";
import type { Sink } from "./contract.ts";
import type { Cursor, KeptCursor } from "./cursor.ts";
import { filterOf } from "./definition.ts";
import { Delivery, type DeliveryParts } from "./delivery.ts";
import type { Destinations } from "./destinations.ts";
import { formatOf } from "./formats/by-name.ts";
import { HttpSender } from "./http-sender.ts";
import type { Memories, StreamMemory } from "./memory.ts";
import { OutgoingRecords } from "./outgoing-records.ts";
import type { SecretBox } from "./secret-box.ts";
import { signNote } from "./sign-note.ts";
import { sinkKindOf } from "./sinks/registry.ts";
import { followedBy, secretsOf, settingsOf } from "./stored-stream.ts";
import { StreamCheckpoints } from "./stream-checkpoints.ts";

/** The parts that streams need. */
export interface StreamSources {
  readonly log: LogReader;
  readonly tree: TreeReader;
  readonly signingKeys: SigningKeys;
  readonly box: SecretBox;
  readonly destinations: Destinations;
  /** Stores cursors and the memory of sinks. */
  readonly memories: Memories;
  /** Where sinks of type `file` write. Undefined: nowhere. */
  readonly filesDirectory: string | undefined;
  readonly turns: FairTurns;
  readonly onDamage: DamageListener;
  /** Default: the process's own. */
  readonly clock?: Clock;
}

/** @param memory undefined for a test. @throws when its secrets cannot be decrypted, or this Daybook does not know its type. */
export function openSink(stream: StoredStream, sources: StreamSources, memory?: StreamMemory): Sink {
  const { type, config, format } = settingsOf(stream);
  const { sent, signing } = secretsOf(stream, sources.box);
  const { destinations, clock = CLOCK } = sources;
  return sinkKindOf(type).open(config, sent, {
    streamId: stream.id,
    organization: stream.organization,
    destinations,
    clock,
    http: new HttpSender(destinations, undefined, clock),
    format,
    signing,
    filesDirectory: sources.filesDirectory,
    memory,
    signNote: (text) => signNote(sources, stream.organization, text, Date.now()),
  });
}

/** @param filtered false ignores the stream's filter. @throws DaybookError where its filter is no longer valid. */
export function recordsOf(stream: StoredStream, sources: StreamSources, sink: Sink, filtered = true): OutgoingRecords {
  const settings = settingsOf(stream);
  const { log, tree, onDamage } = sources;
  return new OutgoingRecords({
    logId: log.id,
    tree,
    format: formatOf(settings.format, settings.proof, sink.shape),
    filter: filtered ? filterOf(settings) : {},
    recordBytes: sink.limits.recordBytes,
    onDamage,
  });
}

/** A stream ready to start. @throws as `openSink` and `recordsOf` */
export function openDelivery(
  stream: StoredStream,
  sources: StreamSources,
  cursor: Cursor,
  listeners: Pick<DeliveryParts, "onFailure" | "onGone"> & { readonly kept: KeptCursor },
): Delivery {
  const settings = settingsOf(stream);
  const sink = openSink(stream, sources, sources.memories(stream.id));
  const { log, tree, turns, clock = CLOCK } = sources;
  const organization = followedBy(stream, settings);
  const records = recordsOf(stream, sources, sink);
  const turn = (bytes: number) => turns.next({ organization: stream.organization, key: "stream" }, bytes);
  const format = formatOf(settings.format, settings.proof, sink.shape);
  const parts = {
    streamId: stream.id,
    organization,
    log,
    sink,
    collector: new Collector({ log, tree, records, organization, limits: sink.limits, turn, clock }),
    checkpoints: settings.proof === "none" ? undefined : new StreamCheckpoints({ logId: log.id, tree, format }),
    clock,
    ...listeners,
  };
  return new Delivery(parts, cursor);
}
