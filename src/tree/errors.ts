/** A checkpoint was signed for entries that the log does not hold: it was rolled back, or restored from an older backup. */
export class LogShorterThanSigned extends Error {
  override readonly name = "LogShorterThanSigned";
  readonly organization: string;
  readonly signed: number;
  readonly held: number;

  constructor(organization: string, signed: number, held: number) {
    super(
      `The log holds ${held} entries of ${organization}, but a checkpoint over ${signed} of them was signed: entries are missing. Nothing more is signed under this log's id. Restore the newest copy of log/. If you restored an older backup on purpose, run \`daybook restore\` once.`,
    );
    this.organization = organization;
    this.signed = signed;
    this.held = held;
  }
}

/** Checkpoints of this log were signed, and none is there. Signing again could contradict what others hold. */
export class CheckpointsMissing extends Error {
  override readonly name = "CheckpointsMissing";

  constructor(logId: string) {
    super(
      `The checkpoints that were signed for this log are missing (checkpoints/${logId}.db). Restore checkpoints/ from the newest copy, and keys/ if they were removed, too. If they are lost, run \`daybook restore\` once: the log continues under a new id.`,
    );
  }
}

/** What was read is not what was acknowledged or signed. Nothing is signed over it. */
export class IntegrityViolation extends Error {
  override readonly name = "IntegrityViolation";
  readonly organization: string;
  readonly sequence: number;

  constructor(message: string, organization: string, sequence: number) {
    super(message);
    this.organization = organization;
    this.sequence = sequence;
  }
}
