import { describe, it } from "vitest";
import { postgres } from "./fixture.ts";
import { startPostgres } from "./postgres.ts";
import { peopleSuite } from "./suites/all.ts";

const server = await startPostgres();
if (server !== undefined) peopleSuite(postgres(server));
else {
  process.stderr.write(
    "people of organizations are not tested on PostgreSQL: its server programs are not installed here\n",
  );
  describe("people of organizations on PostgreSQL", () => it.skip("needs PostgreSQL's server programs"));
}
