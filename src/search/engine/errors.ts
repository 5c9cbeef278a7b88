/** The engine's process is not there: it ended before it answered, or another one is being started. Nothing is known of what it was sent. */
export class EngineUnavailable extends Error {
  override readonly name = "EngineUnavailable";
}

/** An engine started, and could not open its directory, or not load chDB. */
export class EngineRefused extends Error {
  override readonly name = "EngineRefused";
  /** The store itself is at fault: another one, filled from the log, would open. Otherwise what is wrong lies around it. */
  readonly damaged: boolean;
  /** Waiting does not help: another process has the directory, or chDB cannot be loaded here. */
  readonly lasting: boolean;

  /** @param reason all that the engine said. */
  constructor(reason: string) {
    super(summary(reason));
    const opened = /Code: \d+\. DB::Exception/.test(reason);
    this.damaged = opened && !AROUND_IT.test(reason);
    this.lasting = !opened || /Cannot lock file/.test(reason);
  }
}

/** A lock that another process holds, rights, memory, descriptors, space. */
const AROUND_IT =
  /Cannot lock file|errno: (?:1|12|13|23|24|28|30|122)\b|\((?:NOT_ENOUGH_SPACE|MEMORY_LIMIT_EXCEEDED)\)/;

/** The engine's own words where there are some: "Failed to create connection" says nothing. */
function summary(reason: string): string {
  return (/Code: \d+\. DB::Exception: [^\n]*/.exec(reason)?.[0] ?? reason).trim();
}
