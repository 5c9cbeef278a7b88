import pg from "pg";
import { afterAll, afterEach, beforeEach, describe } from "vitest";
import { startPostgres } from "../identity/postgres.ts";
import { TestNode } from "./test-node.ts";

/** What a test has of PostgreSQL: a database of its own. */
interface OwnDatabase {
  readonly url: string;
  /** Connected to it. */
  readonly admin: pg.Client;
}

/** Gives each test of the file a database. What it starts there is removed after it. @param begin hears of the database before each test. */
export async function onOwnDatabases(begin: (database: OwnDatabase) => void) {
  const postgres = await startPostgres();
  let nodes: TestNode[] = [];
  let url = "";
  let admin: pg.Client;
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    if (postgres === undefined) return;
    nodes = [];
    url = await postgres.createDatabase();
    admin = new pg.Client({ connectionString: url });
    await admin.connect();
    begin({ url, admin });
  });
  afterEach(async () => {
    if (postgres === undefined) return;
    for (const node of nodes) await node.remove();
    await admin.end();
    postgres.release(url);
  });
  return {
    /** Tests that are skipped where there is no PostgreSQL. */
    here: describe.skipIf(postgres === undefined),
    async start(options: Parameters<typeof TestNode.start>[1] & { url?: string } = {}): Promise<TestNode> {
      const node = await TestNode.start(options.url ?? url, options);
      nodes.push(node);
      return node;
    },
  };
}

export const texts = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
