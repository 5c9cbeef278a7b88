import type { CheckpointSignature } from "../checkpoint-signature.ts";
import type { Connection } from "./connection.ts";
import { FENCE } from "./fence.ts";

/** Signatures that are read at once. */
const READ_AT_ONCE = 1_000;

/** The checkpoints of one log: each signature in the order in which it was committed. */
export class CheckpointTable {
  private readonly log: string;

  constructor(log: string) {
    this.log = log;
  }

  /**
   * Commits signatures, if the epoch is the lease's. Those that are there already stay as they are.
   * @returns `contradicted` when a larger checkpoint of an organization, or another root of the same size, is there; then nothing is added.
   */
  async add(
    connection: Connection,
    epoch: string,
    signatures: readonly CheckpointSignature[],
  ): Promise<"added" | "fenced" | "contradicted"> {
    const [row] = await connection.query<{ held: number; contradicted: number }>(
      `with held as (${FENCE}),
         given as (select * from ${given(3)}),
         contradicted as (select 1 from given join daybook_log_checkpoint there
           on there.log = $1 and there.organization = given.organization and there.name is null and given.name is null
           and (there.size > given.size or there.size = given.size and there.root <> given.root)),
         added as (insert into daybook_log_checkpoint
             (log, epoch, organization, size, root, signed_at, name, signature)
           select $1, $2, organization, size, root, signed_at, name, signature from held, given
           where not exists (select from contradicted) on conflict do nothing returning 1)
       select (select count(*) from held)::int as held, (select count(*) from contradicted)::int as contradicted`,
      [this.log, epoch, ...columnsOf(signatures)],
    );
    if (row?.held !== 1) return "fenced";
    return row.contradicted > 0 ? "contradicted" : "added";
  }

  /** Adds signatures from a data directory, while no node can have the lease. */
  async import(connection: Connection, epoch: string, signatures: readonly CheckpointSignature[]): Promise<void> {
    await connection.query(
      `insert into daybook_log_checkpoint (log, epoch, organization, size, root, signed_at, name, signature)
       select $1, $2, given.* from ${given(3)}`,
      [this.log, epoch, ...columnsOf(signatures)],
    );
  }

  /** Whether all of these are there. */
  async hold(connection: Connection, signatures: readonly CheckpointSignature[]): Promise<boolean> {
    const [row] = await connection.query<{ there: number }>(
      `select count(*)::int as there from ${given(2)} join daybook_log_checkpoint there
         on there.log = $1 and there.organization = given.organization and there.size = given.size
         and there.signature = given.signature and there.root = given.root and there.signed_at = given.signed_at
         and there.name is not distinct from given.name`,
      [this.log, ...columnsOf(signatures)],
    );
    return row?.there === signatures.length;
  }

  /** The serial number after which the checkpoints come that were signed at this time or later. */
  async serialBefore(connection: Connection, signedAt: number): Promise<string> {
    const [row] = await connection.query<{ serial: string }>(
      `select coalesce(min(serial) filter (where signed_at >= $2) - 1, max(serial), 0) as serial
       from daybook_log_checkpoint where log = $1`,
      [this.log, signedAt],
    );
    return row?.serial ?? "0";
  }

  /** What was committed after a serial number, as much as is read at once. */
  async after(connection: Connection, serial: string): Promise<{ serial: string; signatures: CheckpointSignature[] }> {
    const rows = await connection.query<SignatureRow>(
      `select serial, organization, size, root, signed_at, name, signature from daybook_log_checkpoint
       where log = $1 and serial > $2 order by serial limit $3`,
      [this.log, serial, READ_AT_ONCE],
    );
    const signatures = rows.map(({ organization, size, root, signed_at, name, signature }) => {
      return { organization, size: Number(size), root, signedAt: Number(signed_at), name, signature };
    });
    return { serial: rows.at(-1)?.serial ?? serial, signatures };
  }
}

/** Signatures as a table. Its parameters are those of `columnsOf`, numbered from `from` on. */
function given(from: number): string {
  const types = ["text", "bigint", "bytea", "bigint", "text", "bytea"];
  const parameters = types.map((type, index) => `$${from + index}::${type}[]`);
  return `unnest(${parameters.join(", ")}) as given (organization, size, root, signed_at, name, signature)`;
}

function columnsOf(signatures: readonly CheckpointSignature[]): unknown[] {
  return [
    signatures.map(({ organization }) => organization),
    signatures.map(({ size }) => size),
    signatures.map(({ root }) => Buffer.from(root)),
    signatures.map(({ signedAt }) => signedAt),
    signatures.map(({ name }) => name),
    signatures.map(({ signature }) => Buffer.from(signature)),
  ];
}

interface SignatureRow {
  serial: string;
  organization: string;
  size: string;
  root: Buffer;
  signed_at: string;
  name: string | null;
  signature: Buffer;
}
