/** The node that leads runs a Daybook that this one cannot run with. */
export class NodesTooFarApart extends Error {
  override readonly name = "NodesTooFarApart";
}

/** PostgreSQL lacks batches that this node has read from it or committed to it. */
export class SharedLogShorter extends Error {
  override readonly name = "SharedLogShorter";

  constructor(shared: number, local: number) {
    super(
      `The database at LOG_URL ends at position ${shared} of this log, and this node holds ${local} entries of it: the database was restored from an older copy, or a standby that lacked entries took over. Restore the newer database. If it is lost, what this node holds is the only copy: keep its data directory, and see docs/scaling.md.`,
    );
  }
}
