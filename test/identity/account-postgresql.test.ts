import { describe, it } from "vitest";
import { postgres } from "./fixture.ts";
import { startPostgres } from "./postgres.ts";
import { accountSuite } from "./suites/all.ts";

const server = await startPostgres();
if (server !== undefined) accountSuite(postgres(server));
else {
  process.stderr.write(
    "people's own accounts are not tested on PostgreSQL: its server programs are not installed here\n",
  );
  describe("people's own accounts on PostgreSQL", () => it.skip("needs PostgreSQL's server programs"));
}
