import { sqlite } from "./fixture.ts";
import { secondFactorSuite } from "./suites/all.ts";

secondFactorSuite(sqlite());
