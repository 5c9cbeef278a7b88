import type { Connection } from "./connection.ts";
import { NodesTooFarApart } from "./errors.ts";
import { incompatibility, type Release } from "./release.ts";

/** A leader that is silent keeps the lease for this long. With the time to notice and to catch up, the log is writable again within ten seconds. */
export const LEASE_MS = 5_000;

/** Who leads, as every node reads it. */
export interface Leader {
  readonly holder: string;
  /** The address at which other nodes reach it; undefined until it listens. */
  readonly address: string | undefined;
  /** The secret that lets other nodes in. */
  readonly token: string;
  /** By the database's clock. The clocks of nodes do not count. */
  readonly expired: boolean;
}

export interface LeaseHolder {
  /** UUID, of the process. */
  readonly id: string;
  readonly address: () => string | undefined;
  readonly token: string;
  readonly release: Release;
}

/**
 * The right to append. It has an epoch, which every commit names. So a node that had the lease before cannot commit any more, whatever its clock or
 * network does. The time only decides when another node can take the lease.
 */
export class Lease {
  private readonly log: string;
  private readonly holder: LeaseHolder;

  constructor(log: string, holder: LeaseHolder) {
    this.log = log;
    this.holder = holder;
  }

  /** @throws NodesTooFarApart */
  async read(connection: Connection): Promise<Leader | undefined> {
    // A lease that ends too late was written before the database's clock was set back.
    const [row] = await connection.query<Row>(
      `select holder, address, token, version, generation, not expires between clock_timestamp() and clock_timestamp() + $2 * interval '2 ms' as expired
       from daybook_log_lease where log = $1`,
      [this.log, LEASE_MS],
    );
    if (row === undefined) return undefined;
    const reason = row.expired ? undefined : incompatibility(this.holder.release, row);
    if (reason !== undefined) throw new NodesTooFarApart(reason);
    const { holder, address, token, expired } = row;
    return { holder, address: address ?? undefined, token, expired };
  }

  /** Takes the lease if nobody has it. @returns the epoch, or undefined when another node was faster. */
  async take(connection: Connection): Promise<string | undefined> {
    const { id, token, release } = this.holder;
    const [row] = await connection.query<{ epoch: string }>(
      `insert into daybook_log_lease as lease (log, epoch, holder, address, token, expires, version, generation)
       values ($1, nextval('daybook_log_epoch'), $2, $3, $4, clock_timestamp() + $5 * interval '1 ms', $6, $7)
       on conflict (log) do update set epoch = excluded.epoch, holder = excluded.holder, address = excluded.address,
         token = excluded.token, expires = excluded.expires, version = excluded.version, generation = excluded.generation
       where not lease.expires between clock_timestamp() and clock_timestamp() + $5 * interval '2 ms'
       returning epoch`,
      [this.log, id, this.holder.address() ?? null, token, LEASE_MS, release.version, release.generation],
    );
    return row?.epoch;
  }

  /** @returns whether this node still has it. */
  async renew(connection: Connection): Promise<boolean> {
    const rows = await connection.query(
      `update daybook_log_lease set expires = clock_timestamp() + $3 * interval '1 ms', address = $4
       where log = $1 and holder = $2 returning 1 as held`,
      [this.log, this.holder.id, LEASE_MS, this.holder.address() ?? null],
    );
    return rows.length === 1;
  }

  /**
   * Takes a new epoch. After that, nothing that was sent under the epoch before, and not answered, can be committed. @returns undefined if this node
   * no longer has the lease.
   */
  async claimAgain(connection: Connection): Promise<string | undefined> {
    const [row] = await connection.query<{ epoch: string }>(
      `update daybook_log_lease set epoch = nextval('daybook_log_epoch'), expires = clock_timestamp() + $3 * interval '1 ms'
       where log = $1 and holder = $2 returning epoch`,
      [this.log, this.holder.id, LEASE_MS],
    );
    return row?.epoch;
  }

  /** Gives the lease up: another node can have it at once. */
  async release(connection: Connection): Promise<void> {
    await connection.query(
      `update daybook_log_lease set epoch = nextval('daybook_log_epoch'), expires = '-infinity' where log = $1 and holder = $2`,
      [this.log, this.holder.id],
    );
  }
}

interface Row extends Release {
  holder: string;
  address: string | null;
  token: string;
  expired: boolean;
}
