import { embedded } from "./harness.ts";
import { describeLive } from "./live-suite.ts";

describeLive("live search in chDB", embedded);
