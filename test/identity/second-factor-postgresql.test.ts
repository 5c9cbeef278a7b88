import { onPostgres, secondFactorSuite } from "./suites/all.ts";

await onPostgres(secondFactorSuite);
