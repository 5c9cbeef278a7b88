/** The HTTP API: one declaration for each route, and the console's files. */

export { BrowserOrigins } from "./browser-origins.ts";
export { clientAddress } from "./client-address.ts";
export { forwardToLeader } from "./forward.ts";
export { answerWith, createNodeServer } from "./http-server.ts";
export type { Parts } from "./parts.ts";
export { recordDirectly } from "./record-directly.ts";
export { createServer } from "./server.ts";
