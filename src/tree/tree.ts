import type { CheckpointSignature } from "../checkpoint-signature.ts";
import type { Follower } from "../follower.ts";
import { errorCode, LogCorruption, type LogEntry, type LogReader, Turns } from "../log/index.ts";
import { openOrSetAside, type SetAside } from "../set-aside.ts";
import { type AlarmEnd, type AlarmOptions, TreeAlarm } from "./alarm.ts";
import { CheckpointStore } from "./checkpoint-store.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { Integrity, Predecessor, PublishedKey, SignedCheckpoint, TreeReader } from "./contract.ts";
import { CheckpointsMissing, IntegrityViolation, LogShorterThanSigned } from "./errors.ts";
import { Forest } from "./forest.ts";
import { ProofReader } from "./proof-reader.ts";
import { ALONE, SharedCheckpoints, type SharedSigning } from "./shared.ts";
import { Signer } from "./signer.ts";
import type { SigningFailed } from "./signing-command.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { leafHash } from "./tile.ts";
import { TileStore, TreeDamaged } from "./tile-store.ts";

/** From an entry's being read to the checkpoint over it, at most; every organization that grew meanwhile shares the round and its one fsync. */
const ROUND_MS = 500;
/** After the command that signs has failed. */
const SIGN_AGAIN_MS = 5_000;
/** While much is read, a round comes after so many leaves. */
const ROUND_LEAVES_MAX = 65_536;
/** And while many organizations grow, after so many: they all stay in memory until then, and nothing else runs while they are signed. */
const ROUND_TREES_MAX = 256;
/** Entries that are taken before the clock is looked at. */
const SLICE = 32;

export interface TreeOptions extends AlarmOptions {
  /** Of the tiles; derived. */
  readonly directory: string;
  /** Of what was signed; not derived. */
  readonly checkpointDirectory: string;
  readonly keys: SigningKeys;
  readonly log: LogReader;
  /** The log is shared with other nodes. Default: this process alone signs. */
  readonly shared?: SharedSigning | undefined;
  /** The tiles could not be opened: they are rebuilt from the log. */
  readonly onSetAside?: (notice: SetAside) => void;
  /** The command that signs fails, or works again: then undefined. */
  readonly onSigning?: (failed: SigningFailed | undefined) => void;
  /** Milliseconds since the Unix epoch. Default: Date.now. */
  readonly now?: () => number;
}

/**
 * One Merkle tree an organization, and its signed checkpoints. A follower: it re-reads every entry as it is stored, compares it with its leaf
 * hash, and only then takes it into the tree and signs. Owns the tiles and the checkpoints.
 *
 * A round stores what has grown, then signs and keeps a checkpoint of every organization that grew, then gives them out. A crash
 * between the two leaves a tree ahead of its checkpoint, which the next start signs.
 */
export class Tree extends ProofReader implements Follower, TreeReader {
  readonly name = "tree";
  private readonly options: TreeOptions;
  private readonly checkpoints: Checkpoints;
  private readonly alarm: TreeAlarm;
  /** Positions below it are in the trees, though not stored yet. */
  private read: number;
  private roundTimer: NodeJS.Timeout | undefined;
  /** Hears why the following cannot go on. */
  private failed = new AbortController();
  /** The last round could not store what it had to: the follower tries again. */
  private cannotStore = false;
  /** Undefined where this process alone has the log, and its key. */
  private readonly shared: SharedCheckpoints | undefined;

  private constructor(options: TreeOptions, store: TileStore, kept: CheckpointStore) {
    super(store, kept, new Forest(store, kept));
    this.options = options;
    this.read = store.position;
    this.checkpoints = new Checkpoints(kept, new Signer(options.log.id, options.keys), this.forest);
    const { checkpoints, forest } = this;
    const signing = options.shared ?? (options.keys.isOutside(this.now()) ? ALONE : undefined);
    const { onSigning = () => undefined } = options;
    const isStopped = () => this.alarm.isRaised;
    this.shared = signing && new SharedCheckpoints({ checkpoints, forest, kept, signing, isStopped, onSigning });
    this.alarm = new TreeAlarm(options, () => this.now());
  }

  /**
   * Reads no entry, whatever the log's size.
   * @throws LogShorterThanSigned when the log has lost entries that were signed; CheckpointsMissing; SqliteError.
   */
  static open(options: TreeOptions): Tree {
    const { log } = options;
    const kept = CheckpointStore.open(options.checkpointDirectory, log.id);
    try {
      // Other nodes have them, where there are any.
      if (options.shared === undefined && kept.isEmpty && options.keys.hasSigned(log.id))
        throw new CheckpointsMissing(log.id);
      for (const { organization, size } of kept.organizations()) {
        const held = log.size(organization);
        if (held < size) throw new LogShorterThanSigned(organization, size, held);
      }
      const { directory, onSetAside = () => undefined } = options;
      return new Tree(
        options,
        openOrSetAside(directory, () => TileStore.open(directory, log), onSetAside),
        kept,
      );
    } catch (error) {
      kept.close();
      throw error;
    }
  }

  get position(): number {
    return this.store.position;
  }

  get integrity(): Integrity {
    return this.alarm.integrity;
  }

  /** Whether checkpoints cannot be signed or stored: what is recorded waits for them. */
  get signingFails(): boolean {
    return this.cannotStore || (this.shared?.signingFails ?? false);
  }

  /** When the newest checkpoint of any organization was signed: milliseconds since the Unix epoch, 0 when there is none. */
  get lastSignedAt(): number {
    return this.checkpoints.lastSignedAt;
  }

  /**
   * Stops signing: something that is stored was changed. The first one of a process counts. It stays, whatever is started meanwhile, until
   * `endAlarm`; one that only others can judge stays until the next start, when they are asked again.
   */
  raiseAlarm(
    reason: string,
    where: { organization?: string; sequence?: number } = {},
    end: AlarmEnd = "verification",
  ): void {
    if (!this.alarm.isRaised) clearTimeout(this.roundTimer);
    this.alarm.raise(reason, where, end);
  }

  /**
   * Reads and signs again, for a verification of everything found nothing. An alarm that was raised while it ran stays.
   * @param verifiedFrom when the verification began: milliseconds since the Unix epoch.
   * @returns whether there was an alarm, and it has ended.
   */
  endAlarm(verifiedFrom: number): boolean {
    return this.alarm.end(verifiedFrom);
  }

  async follow(log: LogReader, signal: AbortSignal): Promise<void> {
    this.forest.reset();
    this.read = this.store.position;
    const failed = new AbortController();
    this.failed = failed;
    const { ended: alarmEnded } = this.alarm;
    const stop = AbortSignal.any([signal, alarmEnded, failed.signal]);
    try {
      await this.comparePlace(log);
      this.checkpoints.markUnsigned(this.store.sizes());
      this.roundSoon();
      for await (const entries of log.follow(this.read, stop)) {
        if (!(await this.takeAll(entries, stop))) break;
        if (this.read - this.store.position >= ROUND_LEAVES_MAX) this.round();
        else this.roundSoon();
      }
      if (failed.signal.aborted) throw failed.signal.reason;
      this.round();
    } catch (error) {
      if (!this.isViolation(error)) {
        this.cannotStore = true;
        throw error;
      }
    } finally {
      await this.shared?.settled();
      clearTimeout(this.roundTimer);
      this.roundTimer = undefined;
    }
    // After an alarm there is nothing to read on for until it has ended; then all is begun again.
    const goOn = AbortSignal.any([signal, alarmEnded]);
    if (!goOn.aborted) await new Promise<void>((resolve) => goOn.addEventListener("abort", () => resolve()));
  }

  /** Makes the newest key sign every organization's newest checkpoint, too; to be called after the keys were rotated. */
  signAgain(): void {
    this.checkpoints.markUnsigned(this.store.sizes());
    if (this.roundTimer !== undefined || this.alarm.isRaised) return;
    this.round();
  }

  close(): void {
    try {
      this.store.close();
    } finally {
      this.kept.close();
    }
  }

  origin(organization: string): string {
    return this.checkpoints.signer.origin(organization);
  }

  publishedKeys(organization: string): PublishedKey[] {
    return this.checkpoints.signer.publishedKeys(organization);
  }

  predecessors(organization: string): Predecessor[] {
    return this.kept.predecessors(organization);
  }

  checkpoint(organization: string): SignedCheckpoint | undefined {
    return this.checkpoints.newest(organization);
  }

  checkpointAt(organization: string, size: number): SignedCheckpoint | undefined {
    return this.checkpoints.at(organization, size);
  }

  newestSizes(): { organization: string; size: number }[] {
    return Array.from(this.kept.organizations(), ({ organization, size }) => ({ organization, size }));
  }

  /** Keeps further signatures of a checkpoint, durably: of witnesses. Their name and key id are in front, as in a signed note. */
  cosign(organization: string, size: number, signatures: readonly { name: string; signature: Uint8Array }[]): void {
    this.kept.addSignatures(organization, size, signatures, Math.floor(this.now()));
    this.shared?.cosign(organization, size, signatures);
  }

  /** Takes over checkpoints that another node signed, in order, as far as the trees have come. @returns how many of the signatures. */
  adopt(signatures: readonly CheckpointSignature[]): number {
    try {
      return this.shared?.adopt(signatures, this.now()) ?? 0;
    } catch (error) {
      if (!this.isViolation(error)) throw error;
      return signatures.length;
    }
  }

  covered(organization: string, size: number, signal: AbortSignal): Promise<SignedCheckpoint | undefined> {
    return this.checkpoints.covered(organization, size, signal);
  }

  /**
   * The entry that was read last must still be where it was. Otherwise the log was restored from a copy and has grown differently
   * since, and what comes next must not be put on top of what is no longer there.
   */
  private async comparePlace(log: LogReader): Promise<void> {
    const { position, lastLeaf } = this.store;
    if (lastLeaf === undefined) return;
    const { leafHash: found, organization, sequence } = await log.entry(position - 1);
    if (Buffer.from(lastLeaf).equals(found)) return;
    const reason = `The log has another entry at position ${position - 1} than was there before: it was restored from a copy, or changed. If you restored a backup on purpose, run \`daybook restore\` once.`;
    throw new IntegrityViolation(reason, organization, sequence);
  }

  /** Lets others work after each round in between, and while many are taken. @returns false when it was ended on the way. */
  private async takeAll(entries: readonly LogEntry[], stop: AbortSignal): Promise<boolean> {
    const turns = new Turns();
    for (const [index, entry] of entries.entries()) {
      if (this.alarm.isRaised || stop.aborted) return false;
      this.take(entry);
      if (this.forest.grownTrees >= ROUND_TREES_MAX) {
        this.round();
        await turns.pause();
      } else if (index % SLICE === 0 && turns.due) await turns.pause();
    }
    return true;
  }

  private take(entry: LogEntry): void {
    // Each is made when it is asked for.
    const { organization, sequence, position, header, leafHash: stored } = entry;
    if (!isOf(leafHash(header), stored)) {
      const reason = `Entry ${sequence} of ${organization}, at position ${position} of the log, is not what was acknowledged: its header does not have its leaf hash.`;
      throw new IntegrityViolation(reason, organization, sequence);
    }
    const expected = this.forest.tree(organization).size;
    if (sequence !== expected) {
      const reason = `The log has entry ${sequence} of ${organization} where ${expected} is next.`;
      throw new IntegrityViolation(reason, organization, sequence);
    }
    this.forest.append(organization, stored, position);
    this.checkpoints.grew(organization);
    this.read = position + 1;
  }

  private roundSoon(afterMs = ROUND_MS): void {
    const { failed } = this;
    this.roundTimer ??= setTimeout(() => {
      try {
        this.round();
      } catch (error) {
        failed.abort(error);
      }
    }, afterMs);
  }

  /** Stores, then signs and keeps, then gives out. Nothing else runs in between. */
  private round(): void {
    clearTimeout(this.roundTimer);
    this.roundTimer = undefined;
    if (this.alarm.isRaised) return;
    this.forest.commit(this.read);
    // An alarm from before this process started: what is read is compared with what was signed, as ever.
    const { shared } = this;
    if (this.alarm.isOn || shared?.leads === false) this.checkpoints.check();
    else if (shared === undefined) this.checkpoints.sign(Math.floor(this.now()));
    else {
      this.signFor(shared);
      return;
    }
    this.roundSucceeded();
  }

  /** As `round`, where a signature takes a while: others work meanwhile. */
  private signFor(shared: SharedCheckpoints): void {
    const { failed } = this;
    shared.sign(Math.floor(this.now())).then(
      (left) => {
        this.roundSucceeded();
        if (left !== "nothing" && !failed.signal.aborted) this.roundSoon(left === "failed" ? SIGN_AGAIN_MS : ROUND_MS);
      },
      (error: unknown) => failed.abort(error),
    );
  }

  private roundSucceeded(): void {
    this.cannotStore = false;
    this.noteBegun();
  }

  /** After the first checkpoint was signed: a crash before it is no loss. */
  private noteBegun(): void {
    const { keys, log, shared } = this.options;
    if (shared === undefined && !this.kept.isEmpty && !keys.hasSigned(log.id)) keys.began(log.id);
  }

  /** Whether an error means that what is stored was changed; it then raises the alarm. */
  private isViolation(error: unknown): boolean {
    if (error instanceof IntegrityViolation) this.raiseAlarm(error.message, error);
    else if (error instanceof LogCorruption) this.raiseAlarm(error.message);
    else if (error instanceof TreeDamaged || isSqliteDamage(error)) {
      TileStore.markDamaged(this.options.directory);
      this.raiseAlarm(error.message);
    } else return false;
    return true;
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }
}

/** Whether a text, one character a byte, is these bytes. */
function isOf(text: string, bytes: Uint8Array): boolean {
  if (text.length !== bytes.length) return false;
  for (let index = 0; index < bytes.length; index++) if (text.charCodeAt(index) !== bytes[index]) return false;
  return true;
}

function isSqliteDamage(error: unknown): error is Error {
  const code = errorCode(error);
  return code?.startsWith("SQLITE_CORRUPT") === true || code === "SQLITE_NOTADB";
}
