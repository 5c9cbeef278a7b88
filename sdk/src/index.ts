export * from "./actions.ts";
export { type Client, type ClientOptions, createClient } from "./client.ts";
export * from "./event.ts";
export * from "./position.ts";
export { DaybookClientError, type Problem } from "./problem.ts";
export * from "./receivers.ts";
export * from "./retry-after.ts";
export * from "./uuid.ts";
export * from "./viewer.ts";
