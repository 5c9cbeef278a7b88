import { sqlite } from "./fixture.ts";
import { identitySuite } from "./suites/all.ts";

identitySuite(sqlite());
