/** The name of a ClickHouse cluster, as its servers are configured with; `{cluster}` for each server's macro. */
export type ClusterName = string;

/**
 * What every statement is sent with to a cluster. An insert is answered once a majority of replicas has it, and a query reads only what such inserts have
 * stored: a replica that is behind refuses, rather than leave out events. An organization's rows are on one shard, in all tables, so what a statement
 * looks up is looked up there.
 */
export const CLUSTER_SETTINGS = {
  insert_quorum: "auto",
  insert_quorum_parallel: 0,
  select_sequential_consistency: "1",
  distributed_foreground_insert: 1,
  distributed_product_mode: "local",
  /** Less than a statement has until the client gives it up. */
  distributed_ddl_task_timeout: "50",
} as const;

/** The table on each server that holds its rows. Daybook itself uses only the distributed one over them. */
export function localName(name: string): string {
  return `${name}_local`;
}

/** Each shard has replicas. The path is of the table's own, so a table that is created again finds nothing of the one before. @param engine of one server. */
export function replicated(engine: string): string {
  return engine.replace(/^(\w*MergeTree)/, "Replicated$1('/clickhouse/tables/{uuid}/{shard}', '{replica}')");
}

/** One organization is on one shard. */
export function distributed(cluster: ClusterName, name: string): string {
  return `Distributed('${cluster}', currentDatabase(), '${localName(name)}', cityHash64(tenant_id))`;
}
