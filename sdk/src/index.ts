export * from "./actions.ts";
export * from "./event.ts";
