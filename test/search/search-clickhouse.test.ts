import { server } from "./harness.ts";
import { CASES, describeSearch } from "./suite.ts";

// The statements are the same as on chDB; what is tried here is how they and their values travel.
describeSearch("search on a ClickHouse server", server, Math.ceil(CASES / 4));
