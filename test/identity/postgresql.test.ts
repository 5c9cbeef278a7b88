import { identitySuite, onPostgres } from "./suites/all.ts";

await onPostgres(identitySuite);
