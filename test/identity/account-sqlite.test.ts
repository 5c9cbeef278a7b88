import { sqlite } from "./fixture.ts";
import { accountSuite } from "./suites/all.ts";

accountSuite(sqlite());
