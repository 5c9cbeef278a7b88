/** The append-only file of entries: the only source of truth. It knows no event. */

export { logUnavailable } from "./append-queue.ts";
export { type CommitPoint, type FramedBatch, LogDiverged, NotCommitted, type Replica } from "./commit-point.ts";
export { Block } from "./compressed/block.ts";
export { decodeStored } from "./compressed/stored-block.ts";
export type {
  Appended,
  DamagedEntry,
  Entry,
  Log,
  LogEntry,
  LogReader,
  StoredBlock,
  StoredPiece,
  Submission,
} from "./contract.ts";
export { type Disk, nameFailures, realDisk } from "./disk.ts";
export { errorCode, LogCorruption, LogIoError, LogLocked, NoSuchPosition } from "./errors.ts";
export { type FramedLog, inRows, openFramedLog } from "./framed-log.ts";
export { holdLog } from "./held-log.ts";
export { type InspectedRecord, inspectLog, readLogId } from "./inspect.ts";
export { type Lock, lockFile } from "./lock.ts";
export { type LogBackground, type LogNotice, NO_BACKGROUND, type OpenLog, openLog } from "./log.ts";
export { renewLogId } from "./renew.ts";
export { restOfRow } from "./rest-of-row.ts";
export { segmentNames, segmentPath } from "./segment.ts";
export { requireSound } from "./sound.ts";
export { Turns } from "./turns.ts";
export { UnpackMemory } from "./unpack-memory.ts";
export { uuidText } from "./uuid.ts";
