import type { Client } from "pg";
import { type Finding, ok, warning } from "./contract.ts";

const CHECK = "log database";
const GIB = 1024 ** 3;
/** From here on a backup of the database takes long enough to notice. */
const BYTES_WITHOUT_ARCHIVE = 10 * GIB;

/** What PostgreSQL keeps of a shared log, and from where on. @returns undefined where no log is in the database yet. */
export async function measureSharedLog(client: Client, hasArchive: boolean): Promise<Finding | undefined> {
  const there = await client.query<{ batches: boolean; segments: boolean }>(
    "select to_regclass('daybook_log_batch') is not null as batches, to_regclass('daybook_log_segment') is not null as segments",
  );
  if (there.rows[0]?.batches !== true) return undefined;
  const kept = await client.query<{ bytes: string; rows: string; first: string | null }>(
    `select pg_total_relation_size('daybook_log_batch') as bytes, min(first_position) as first,
       (select n_live_tup from pg_stat_user_tables where relid = 'daybook_log_batch'::regclass) as rows
     from daybook_log_batch`,
  );
  const archived = there.rows[0].segments
    ? await client.query<{ bytes: string | null; segments: string }>(
        "select count(*) as segments, sum(bytes) as bytes from daybook_log_segment",
      )
    : undefined;
  const { bytes = "0", rows = "0", first = null } = kept.rows[0] ?? {};
  const { segments = "0", bytes: archivedBytes = null } = archived?.rows[0] ?? {};
  const message = `PostgreSQL keeps the log from position ${first ?? 0} on: ${size(bytes)} in about ${rows} rows. The bucket has ${segments} segments before that, ${size(archivedBytes ?? "0")}.`;
  if (hasArchive || Number(bytes) < BYTES_WITHOUT_ARCHIVE) return ok(CHECK, message);
  return warning(CHECK, message, "Set DAYBOOK_LOG_ARCHIVE. See docs/scaling.md, Keep PostgreSQL small.");
}

function size(bytes: string): string {
  const mib = Number(bytes) / 1024 ** 2;
  return mib < 1024 ? `${mib.toFixed(1)} MiB` : `${(mib / 1024).toFixed(1)} GiB`;
}
