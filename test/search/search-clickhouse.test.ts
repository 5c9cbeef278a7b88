import { server } from "./harness.ts";
import { describeSearch } from "./suite.ts";

describeSearch("search on a ClickHouse server", server);
