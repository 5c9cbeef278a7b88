import { accountSuite, onPostgres } from "./suites/all.ts";

await onPostgres(accountSuite);
