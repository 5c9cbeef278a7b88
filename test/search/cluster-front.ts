import { CLUSTER_SETTINGS } from "../../src/search/cluster.ts";
import { ClickHouseFront } from "./clickhouse-front.ts";

const CLUSTER = "audit";

/**
 * A cluster of one server, as far as one engine without Keeper can be one. It parses each statement as it was sent. Then it runs the statement
 * on what it has: without ON CLUSTER, tables that are not replicated, and one of all (Merge) for each distributed one. So it says nothing about replicas, shards and quorums.
 */
export class ClusterFront extends ClickHouseFront {
  readonly cluster = CLUSTER;
  /** As they were sent, without their rows. */
  readonly statements: string[] = [];
  /** With each of these the last statement was sent. */
  readonly settings = new Map<string, string>();

  protected override takesSetting(name: string, value: string): boolean {
    if (!(name in CLUSTER_SETTINGS)) return false;
    this.settings.set(name, value);
    return true;
  }

  protected override async translate(statement: string): Promise<string> {
    const isInsert = statement.startsWith("INSERT");
    const [head = ""] = isInsert ? statement.split("\n", 1) : [statement];
    this.statements.push(head);
    if (isInsert) {
      await this.execute(`EXPLAIN AST ${head}`);
      return statement.replace(/^INSERT INTO (\w+)/, "INSERT INTO $1_local");
    }
    if (!head.includes(" ON CLUSTER ")) return statement;
    await this.execute(`EXPLAIN AST ${head}`);
    return head
      .replace(` ON CLUSTER '${CLUSTER}'`, "")
      .replace(/ENGINE = Replicated(\w*MergeTree)\([^)]*\)/, "ENGINE = $1")
      .replace(/\breplicated_deduplication_window\b/, "non_replicated_deduplication_window")
      .replace(
        /ENGINE = Distributed\('\w+', currentDatabase\(\), '(\w+)', .*?\)\)/,
        (_, local) => `ENGINE = Merge(currentDatabase(), '^${local}$')`,
      );
  }
}
