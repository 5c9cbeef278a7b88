import { randomBytes, randomUUID } from "node:crypto";
import type { CheckpointSignature } from "../checkpoint-signature.ts";
import { closeAll } from "../close-all.ts";
import { type CommitPoint, LogDiverged } from "../log/index.ts";
import type { Archive } from "./archive.ts";
import { ArchivedSegments } from "./archived-segments.ts";
import { Archiver } from "./archiver.ts";
import { Batches, type Kept } from "./batches.ts";
import { CheckpointTable } from "./checkpoints.ts";
import { CommittedLog } from "./committed-log.ts";
import { Connection, reasonOf } from "./connection.ts";
import { NodesTooFarApart, SharedLogShorter } from "./errors.ts";
import { Following, type LocalLog } from "./following.ts";
import { ANOTHER_LEADS, LeaderCommits } from "./leader-commits.ts";
import { type Leader, Lease } from "./lease.ts";
import type { Release } from "./release.ts";
import { openTables, takeKey } from "./tables.ts";
import { Tenure } from "./tenure.ts";
import { NodeTurns } from "./turns.ts";

/** How often a node that follows looks for batches and checkpoints. */
const FOLLOW_MS = 100;
/** How often the leader renews its lease, and the others check that it did. */
const LEASE_TURN_MS = 500;

/** How often the size of the log in PostgreSQL is read. */
const MEASURE_MS = 60_000;

/** After these a node cannot go on. */
const FATAL = [SharedLogShorter, LogDiverged, NodesTooFarApart];

const NO_LEADER = "no node leads at the moment";

/** What this node derives from the log, as far as leading depends on it. */
export interface Derived {
  /** When the newest checkpoint of this node was signed, in milliseconds since the Unix epoch. Checkpoints from then on are read. */
  readonly checkpointsSince: number;
  /** Takes the leader's checkpoints in order, as far as this node's trees have come. @returns how many it took. */
  adopt(signatures: readonly CheckpointSignature[]): number;
  /** Whether everything below a position was read. */
  hasRead(position: number): boolean;
  /** This node leads from now on, and can sign what is not signed yet. */
  leads(): void;
}

export interface NodeListener {
  /** PostgreSQL cannot be reached, or can be again. @param reason undefined when it can be. */
  reachable(reason: string | undefined): void;
  leading(leads: boolean): void;
  /** Segments cannot be archived, or one in the archive is bad. @param reason undefined when all is well again. */
  archive(reason: string | undefined): void;
  /** This node cannot continue: its log and PostgreSQL's differ. */
  fatal(error: Error): void;
}

export interface NodeSurroundings {
  readonly listener: NodeListener;
  /** Takes sealed segments, so that PostgreSQL does not keep all rows. Undefined: it keeps them. */
  readonly archive: Archive | undefined;
  readonly release: Release;
}

/**
 * One of the nodes that share a log in PostgreSQL. While it follows, it reads what was committed into its own directory. While it leads, it has the
 * lease and commits what is appended. It begins to lead only when it has read everything that was committed.
 */
export class Node {
  /** UUID of the log. */
  readonly id: string;
  readonly commitPoint: CommitPoint;
  /** For everything but commits. */
  private readonly connection: Connection;
  private readonly commits: Connection;
  private readonly tenure: Tenure;
  private readonly turns = new NodeTurns();
  private readonly batches: Batches;
  private readonly checkpoints: CheckpointTable;
  private readonly following: Following;
  private readonly leaderCommits: LeaderCommits;
  private readonly archiver: Archiver | undefined;
  private readonly listener: NodeListener;
  private readonly holder = { id: randomUUID(), token: randomBytes(32).toString("base64url") };
  private readonly stopping = new AbortController();
  private local: LocalLog | undefined;
  private derived: Derived | undefined;
  private address: string | undefined;
  private state: "following" | "preparing" | "leading" = "following";
  private handedOverFor: string | undefined;
  private leaseTurnAt = Number.NEGATIVE_INFINITY;
  private unreachable: string | undefined;
  private measuredAt = Number.NEGATIVE_INFINITY;
  private keeps: Kept = { bytes: 0, rows: 0, firstPosition: 0 };
  private archiveTrouble: string | undefined;
  private running: Promise<void> | undefined;

  private constructor(
    id: string,
    { connection, url, listener, archive, release }: { connection: Connection; url: string } & NodeSurroundings,
  ) {
    this.id = id;
    this.connection = connection;
    this.commits = new Connection(url);
    this.listener = listener;
    const lease = new Lease(id, { ...this.holder, release, address: () => this.address });
    this.tenure = new Tenure(lease, connection);
    this.batches = new Batches(id);
    this.checkpoints = new CheckpointTable(id);
    const { batches, checkpoints } = this;
    const segments = new ArchivedSegments(id);
    const committed = new CommittedLog({ batches, segments, archive, stopping: this.stopping.signal });
    this.following = new Following({ connection, committed, checkpoints });
    this.leaderCommits = new LeaderCommits({
      connection: this.commits,
      lease,
      batches,
      committed,
      checkpoints,
      listener: {
        uncertain: (reason) => this.refuse(reason),
        certain: () => {
          if (this.state === "leading") this.log.replica.lead();
        },
        checkpointsWait: (reason) => this.reach(reason),
        lost: () => this.stepDown(ANOTHER_LEADS),
      },
    });
    this.commitPoint = this.leaderCommits;
    this.archiver =
      archive &&
      new Archiver({
        ...{ log: id, connection: new Connection(url), archive, batches, segments, committed },
        term: () => this.term,
        onTrouble: (reason) => {
          this.archiveTrouble = reason;
          listener.archive(reason);
        },
      });
  }

  /** Creates the tables where there are none. @throws NodesTooFarApart; what PostgreSQL or the network reports. */
  static async open(url: string, surroundings: NodeSurroundings): Promise<Node> {
    const connection = new Connection(url);
    try {
      const node = new Node(await openTables(connection), { connection, url, ...surroundings });
      await node.tenure.requireClose();
      return node;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get leads(): boolean {
    return this.state === "leading";
  }

  /** Identifies the time in which only this node leads. It is for work outside PostgreSQL, which no epoch protects. Undefined as soon as another node can lead. */
  get term(): string | undefined {
    return this.leads && this.tenure.isCertain ? this.tenure.epoch : undefined;
  }

  /** The node that appends go to, if another one leads. */
  get leader(): Leader | undefined {
    const { holder } = this.tenure;
    return holder?.holder === this.holder.id ? undefined : holder;
  }

  /** Whether another node takes what is recorded here. */
  get canPassOn(): boolean {
    return !this.leads && this.unreachable === undefined && this.leader?.expired === false;
  }

  /** What PostgreSQL stores for the log, as of the last minute. */
  get kept(): Kept {
    return this.keeps;
  }

  /** Whether the last segment was archived, and no archived one was found bad. */
  get archiveIsWell(): boolean {
    return this.archiveTrouble === undefined;
  }

  /** The secret that lets other nodes in. */
  get token(): string {
    return this.holder.token;
  }

  /** Reads all that was committed so far into the local log. @throws Error when the two do not agree. */
  async readAll(local: LocalLog): Promise<void> {
    this.local = local;
    while (await this.following.readOn(local)) if (this.stopping.signal.aborted) return;
  }

  /**
   * All nodes sign with one key, that of the first node: people who know this key would not trust another one.
   * @param publicKeys newest first. @throws Error when none of them signs this log.
   */
  async requireKey(publicKeys: readonly Uint8Array[]): Promise<void> {
    if (await takeKey(this.connection, publicKeys)) return;
    throw new Error(
      "The signing key of this node is not the one that signs the log at LOG_URL. Give every node the same file with --signing-keys.",
    );
  }

  /** Follows, and leads when nobody else does, until `close`. */
  async start(derived: Derived): Promise<void> {
    await this.following.begin(derived.checkpointsSince);
    this.derived = derived;
    this.running = this.run();
    this.archiver?.start();
  }

  /** @param address where the other nodes reach this one. */
  announce(address: string): void {
    this.address = address;
    this.leaseTurnAt = Number.NEGATIVE_INFINITY;
    this.turns.wake();
  }

  /** Resolves once this or another node leads, or `signal` aborts. */
  async settled(signal: AbortSignal): Promise<void> {
    while (!this.leads && (this.leader === undefined || this.leader.expired) && !signal.aborted)
      await this.turns.next(signal);
  }

  /**
   * Resolves once the local log reaches a position, or `signal` aborts. It looks after each turn of this node, without a Milestone, because nothing
   * else moves the log on while the node follows.
   */
  async reached(position: number, signal: AbortSignal): Promise<void> {
    while (this.log.end < position && !signal.aborted) await this.turns.next(signal);
  }

  /** Commits checkpoints for all nodes. @returns whether they are committed; if not, nobody can see them. */
  commit(signatures: readonly CheckpointSignature[]): Promise<boolean> {
    return this.leaderCommits.commitCheckpoints(signatures);
  }

  /** Stops following. What was accepted can still be committed until `close`. */
  async stop(): Promise<void> {
    this.leaderCommits.stop();
    this.stopping.abort();
    this.turns.wake();
    await Promise.all([this.running, this.archiver?.close()]);
  }

  /** Lets another node lead at once. Call it after the log was closed. */
  async close(): Promise<void> {
    await closeAll([
      () => this.stop(),
      () => this.endLeading(),
      () => this.connection.close(),
      () => this.commits.close(),
    ]);
  }

  private async endLeading(): Promise<void> {
    if (this.state === "following") return;
    this.leaderCommits.end();
    // The lease expires by itself if PostgreSQL cannot be reached.
    await this.tenure.release().catch(() => undefined);
  }

  private get log(): LocalLog {
    if (this.local === undefined) throw new Error("the local log is opened before a node follows");
    return this.local;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.turn();
        this.reach(undefined);
      } catch (error) {
        if (FATAL.some((kind) => error instanceof kind)) {
          this.refuse((error as Error).message);
          this.listener.fatal(error as Error);
          return;
        }
        this.reach(reasonOf(error));
      }
      this.turns.tell();
      const ms = this.leads || this.unreachable !== undefined ? LEASE_TURN_MS : FOLLOW_MS;
      await this.turns.rest(ms, this.stopping.signal);
    }
  }

  private async turn(): Promise<void> {
    if (this.state !== "leading") await this.follow();
    if (this.state === "preparing" && this.following.adoptedAll && this.derived?.hasRead(this.log.end) === true) {
      this.begin();
    }
    if (performance.now() - this.leaseTurnAt < LEASE_TURN_MS) return;
    this.leaseTurnAt = performance.now();
    await this.measure();
    if (this.state === "following") await this.tryToLead();
    else if (await this.tenure.renew()) await this.handOverInTrouble();
    else this.stepDown(ANOTHER_LEADS);
  }

  private async follow(): Promise<void> {
    while (await this.following.readOn(this.log)) this.turns.tell();
    const { derived } = this;
    if (derived !== undefined) await this.following.readCheckpoints((signatures) => derived.adopt(signatures));
  }

  private async tryToLead(): Promise<void> {
    if (!(await this.tenure.tryToTake(this.log.replica.trouble !== undefined))) return;
    // What others committed before is read in the next turn: from now on they cannot commit.
    this.state = "preparing";
  }

  private async measure(): Promise<void> {
    if (performance.now() - this.measuredAt < MEASURE_MS) return;
    this.measuredAt = performance.now();
    this.keeps = await this.batches.kept(this.connection);
  }

  private begin(): void {
    const { epoch } = this.tenure;
    if (epoch === undefined) throw new Error("a node that leads has an epoch");
    this.leaderCommits.begin(epoch);
    this.state = "leading";
    this.log.replica.lead();
    this.derived?.leads();
    this.listener.leading(true);
  }

  private stepDown(reason: string): void {
    if (this.state === "following") return;
    const led = this.leads;
    this.state = "following";
    this.tenure.end();
    this.leaderCommits.end();
    this.refuse(reason);
    if (led) this.listener.leading(false);
  }

  /** Once for each problem: if nobody else takes the lease, a node with a full disk is better than none. */
  private async handOverInTrouble(): Promise<void> {
    const { trouble } = this.log.replica;
    if (trouble === this.handedOverFor) return;
    this.handedOverFor = trouble;
    if (trouble === undefined) return;
    this.stepDown(trouble);
    await this.tenure.release();
  }

  private refuse(reason: string): void {
    this.local?.replica.follow(reason);
  }

  private reach(reason: string | undefined): void {
    if (this.state === "following")
      this.refuse(reason ?? (this.tenure.holder === undefined ? NO_LEADER : ANOTHER_LEADS));
    if (reason === this.unreachable) return;
    this.unreachable = reason;
    this.listener.reachable(reason);
  }
}
