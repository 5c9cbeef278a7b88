import { sqlite } from "./fixture.ts";
import { peopleSuite } from "./suites/all.ts";

peopleSuite(sqlite());
