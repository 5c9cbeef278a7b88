import type { Connection } from "./connection.ts";
import { LEASE_MS, type Leader, type Lease } from "./lease.ts";

/** What this node knows of the lease: whether it has it itself, and until when, or who else has it. */
export class Tenure {
  private readonly lease: Lease;
  private readonly connection: Connection;
  /** Of the lease, while this node has it. */
  epoch: string | undefined;
  /** Who has the lease, this node or another one, as far as it is known. */
  holder: Leader | undefined;
  /** Until when nobody else can have it, by this machine's monotonic clock. */
  private heldUntil = Number.NEGATIVE_INFINITY;
  /** Since when nobody has it, as far as this node knows. */
  private freeSince: number | undefined;

  constructor(lease: Lease, connection: Connection) {
    this.lease = lease;
    this.connection = connection;
  }

  /** Whether no other node can have the lease. */
  get isCertain(): boolean {
    return performance.now() < this.heldUntil;
  }

  /** Whether this node's release can work with the leader's. @throws NodesTooFarApart */
  async requireClose(): Promise<void> {
    await this.lease.read(this.connection);
  }

  /**
   * Takes the lease if nobody has it. @param inTrouble a node in trouble waits first, so that another one can be faster.
   * @returns whether this node has it now.
   */
  async tryToTake(inTrouble: boolean): Promise<boolean> {
    this.holder = await this.lease.read(this.connection);
    if (this.holder?.expired === false) this.freeSince = undefined;
    else this.freeSince ??= performance.now();
    if (this.freeSince === undefined) return false;
    if (inTrouble && performance.now() - this.freeSince < LEASE_MS) return false;
    const asked = performance.now();
    this.epoch = await this.lease.take(this.connection);
    this.heldUntil = asked + LEASE_MS;
    if (this.epoch === undefined) return false;
    this.holder = await this.lease.read(this.connection);
    return true;
  }

  /** @returns whether this node still has it. */
  async renew(): Promise<boolean> {
    const asked = performance.now();
    const held = await this.lease.renew(this.connection);
    if (held) this.heldUntil = asked + LEASE_MS;
    return held;
  }

  /** This node does not lead any more. */
  end(): void {
    this.epoch = undefined;
    this.holder = undefined;
  }

  /** Lets another node have the lease at once. */
  async release(): Promise<void> {
    await this.lease.release(this.connection);
  }
}
