import type { Admission } from "./admission/index.ts";
import type { Node } from "./commit/index.ts";
import type { Ids } from "./ids/index.ts";
import type { Log } from "./log/index.ts";
import type { Metrics } from "./metrics.ts";
import type { Search } from "./search/index.ts";
import type { Tree } from "./tree/index.ts";
import type { Gatherer } from "./witness/index.ts";

interface Measured {
  readonly node: Node | undefined;
  readonly log: Log;
  readonly tree: Tree;
  readonly ids: Ids;
  readonly search: Search;
  readonly witnesses: Gatherer;
  readonly admission: Admission;
}

/** What a running server's parts say of themselves whenever metrics are read. */
export function measure({ gauge }: Metrics, { node, log, tree, ids, search, witnesses, admission }: Measured): void {
  gauge("daybook_log_end", "Entries in the log.", () => log.end);
  gauge("daybook_log_read_only", "1 while the log takes no entries.", () => (log.readOnly === undefined ? 0 : 1));
  gauge(
    "daybook_clock_offset_seconds",
    "How far the wall clock is ahead of the time that entries are recorded at. Alarm beyond 600 or below -600.",
    () => log.clockOffset / 1000,
  );
  // Whoever looks calls for what is gathered: the next look says how far search is behind, not how patient it is.
  gauge("daybook_search_lag", "Entries that are not searchable yet.", () => log.end - search.flush());
  gauge("daybook_ids_lag", "Entries that the index of ids has not read yet.", () => log.end - ids.position);
  gauge("daybook_tree_lag", "Entries that are not in their tree yet.", () => log.end - tree.position);
  gauge("daybook_integrity_alarm", "1 when what is stored is not what was acknowledged or signed.", () =>
    tree.integrity.state === "ok" ? 0 : 1,
  );
  gauge(
    "daybook_checkpoint_age_seconds",
    "Since the newest checkpoint was signed; grows while nothing is recorded.",
    () => (tree.lastSignedAt === 0 ? 0 : (Date.now() - tree.lastSignedAt) / 1000),
  );
  gauge("daybook_signing_failing", "1 while checkpoints cannot be signed or stored.", () =>
    tree.signingFails ? 1 : 0,
  );
  gauge(
    "daybook_witness_behind",
    "Organizations whose newest checkpoint some witness has not cosigned.",
    () => witnesses.behind,
  );
  gauge("daybook_admission_held_bytes", "What requests hold of the memory budget.", () => admission.budget.heldBytes);
  gauge("daybook_admission_waiting", "Requests that wait to be let in.", () => admission.budget.waiting);
  if (node !== undefined) {
    gauge("daybook_node_leads", "1 on the node that appends to the shared log.", () => (node.leads ? 1 : 0));
    measureSharedLog(gauge, node);
  }
  gauge("daybook_turns_waiting", "Bodies that wait to be parsed.", () => admission.turns.waiting);
}

function measureSharedLog(gauge: Metrics["gauge"], node: Node): void {
  gauge("daybook_shared_log_bytes", "What PostgreSQL keeps for the shared log, as of the last minute.", () => {
    return node.kept.bytes;
  });
  gauge("daybook_shared_log_rows", "About how many rows that is.", () => node.kept.rows);
  gauge(
    "daybook_shared_log_first_position",
    "Position of the oldest entry that PostgreSQL keeps; those before it are in the archive.",
    () => node.kept.firstPosition,
  );
  gauge("daybook_log_archive_failing", "1 while segments cannot be archived, or one in the archive is bad.", () =>
    node.archiveIsWell ? 0 : 1,
  );
}
