import { describe, it } from "vitest";
import { postgres } from "./fixture.ts";
import { startPostgres } from "./postgres.ts";
import { identitySuite } from "./suites/all.ts";

const server = await startPostgres();
if (server !== undefined) identitySuite(postgres(server));
else {
  process.stderr.write("identity is not tested on PostgreSQL: its server programs are not installed here\n");
  describe("identity on PostgreSQL", () => it.skip("needs PostgreSQL's server programs"));
}
