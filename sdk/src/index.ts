export * from "./actions.ts";
export * from "./event.ts";
export * from "./uuid.ts";
