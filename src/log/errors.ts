/** The log holds bytes that cannot be what was written: it does not start, or stops taking entries, and a person must look. */
export class LogCorruption extends Error {
  override readonly name = "LogCorruption";
  /** Path of the segment file. */
  readonly file: string;
  /** Byte offset in the file of the first structure that is wrong. */
  readonly offset: number;
  readonly reason: string;

  constructor(file: string, offset: number, reason: string) {
    super(
      `The log is damaged: ${file} at byte ${offset}: ${reason}. Restore this file from a backup; nothing was changed.`,
    );
    this.file = file;
    this.offset = offset;
    this.reason = reason;
  }
}

/** Somebody named a position that the log does not have. */
export class NoSuchPosition extends RangeError {
  override readonly name = "NoSuchPosition";

  constructor(position: number) {
    super(`position ${position} is not one of the log's`);
  }
}

/** The log is sound, as far as can be said, and this Daybook cannot read it: it has another format or another packing. */
export class LogUnsupported extends Error {
  override readonly name = "LogUnsupported";
  readonly file: string;

  constructor(file: string, reason: string) {
    super(`This Daybook cannot read ${file}: ${reason}. Nothing was changed.`);
    this.file = file;
  }
}

/** Another process has the log open. */
export class LogLocked extends Error {
  override readonly name = "LogLocked";
  readonly directory: string;

  constructor(directory: string) {
    super(
      `Another Daybook process is using ${directory}. Only one can write a log at a time; stop the other one first.`,
    );
    this.directory = directory;
  }
}

/** The file that locks the log was removed or replaced: another process can have the log open. */
export class LogLockLost extends Error {
  override readonly name = "LogLockLost";

  constructor(directory: string) {
    super(
      `The lock file in ${directory} was removed, so another process can use this log. Nothing more was written. Stop the other process, if there is one, and start again.`,
    );
  }
}

/** A call to the file system failed. Which call, on what, and the system's own code are in the message. */
export class LogIoError extends Error {
  override readonly name = "LogIoError";
  /** The call, for instance `fdatasync`. */
  readonly operation: string;
  readonly path: string;
  /** For instance `EIO`. */
  readonly code: string | undefined;

  constructor(operation: string, path: string, cause: unknown) {
    const code = errorCode(cause);
    super(`${operation} ${path} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.operation = operation;
    this.path = path;
    this.code = code;
  }
}

/** The system's code of an error (`ENOENT`, `EIO`, …), or undefined when it carries none. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/**
 * Whether a call failed only because the disk or the quota is full, with nothing lost. The same code from an fsync or a close
 * is another matter: bytes that were taken may be gone.
 */
export function isOutOfSpace(error: unknown): boolean {
  if (!(error instanceof LogIoError) || !["open", "write", "rename", "mkdir"].includes(error.operation)) return false;
  return error.code === "ENOSPC" || error.code === "EDQUOT";
}
