/** Delivering events to other systems: each stream is a follower of the log, with a cursor of its own. */

export { HEALTH } from "./contract.ts";
export { type NewStream, newStream, ORGANIZATIONS, replayRequest, requireFilter, streamChange } from "./definition.ts";
export { Destinations } from "./destinations.ts";
export { FORMATS, PROOFS } from "./formats/format.ts";
export { measureStreams } from "./metrics.ts";
export { givenIn, parsed } from "./proof/lines.ts";
export { type Range, type StreamReport, StreamVerifier } from "./proof/stream-verifier.ts";
export { SecretBox } from "./secret-box.ts";
export { SINK_KINDS } from "./sinks/registry.ts";
export { type SeenStream, Streams } from "./streams.ts";
