/** Delivering events to other systems: each stream is a follower of the log, with a cursor of its own. */

export { type Collected, Collector } from "./collector.ts";
export { DeliveryError, HEALTH, type OutgoingRecord } from "./contract.ts";
export { newStream, ORGANIZATIONS, replayRequest, streamChange } from "./definition.ts";
export { Destinations } from "./destinations.ts";
export { changesOf } from "./events.ts";
export { FileMemory, shareMemories } from "./file-memory.ts";
export { FORMATS, type Format, PROOFS } from "./formats/format.ts";
export { HttpSender } from "./http-sender.ts";
export { measureStreams } from "./metrics.ts";
export { OutgoingRecords } from "./outgoing-records.ts";
export { givenIn, parsed } from "./proof/lines.ts";
export { type Range, type StreamReport, StreamVerifier } from "./proof/stream-verifier.ts";
export { retryWaitMs } from "./retry-wait.ts";
export { SecretBox } from "./secret-box.ts";
export { SharedMemory } from "./shared-memory.ts";
export { httpUrl } from "./sinks/fields.ts";
export { SINK_KINDS } from "./sinks/registry.ts";
export {
  newSigningSecret,
  publicKeyOf,
  rotate,
  type SigningSecret,
  signedHeaders,
} from "./sinks/webhook-signatures.ts";
export { cursorAt } from "./start-cursor.ts";
export { type SeenStream, Streams } from "./streams.ts";
export { TestLimit } from "./test-limit.ts";
