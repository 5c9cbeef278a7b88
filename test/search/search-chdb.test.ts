import { embedded } from "./harness.ts";
import { describeSearch } from "./suite.ts";

describeSearch("search in chDB", embedded);
