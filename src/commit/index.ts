/** One log that several nodes share: PostgreSQL commits what the leader appends, and the other nodes read it from there. */

export { BucketArchive } from "./archive.ts";
export { deliverThroughLeader, NODE_EVENTS_PATH, recordedEvents } from "./deliver.ts";
export { Node, type NodeListener } from "./node.ts";
export { RELEASE } from "./release.ts";
export { sharedLogIn, shareLog } from "./share.ts";
