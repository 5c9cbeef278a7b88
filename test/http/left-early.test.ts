import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { OpenAPIHono } from "@hono/zod-openapi";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Env } from "../../src/http/env.ts";
import { answerWith, createNodeServer } from "../../src/http/http-server.ts";
import { createLogger } from "../../src/logger.ts";
import { Milestone } from "../../src/milestone.ts";

const server = createNodeServer();
const log = new PassThrough({ encoding: "utf8" });
let logged = "";
log.on("data", (text: string) => {
  logged += text;
});
/** Called when the handler waits, with what resolves once it has heard that the client left. */
let waits: (waiting: { readonly left: Promise<unknown> }) => void;

beforeAll(async () => {
  const app = new OpenAPIHono<Env>();
  app.get("/search", async (c) => {
    waits({ left: once(c.env.outgoing, "close") });
    // As a page does that waits until search has come so far.
    await new Milestone(0).reached(1, c.req.raw.signal);
    return c.text("found");
  });
  app.get("/fails", () => Promise.reject("a text, as a signal's reason is"));
  answerWith(app, server, { logger: createLogger(log), direct: [] });
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(() => server.close());

const port = () => (server.address() as AddressInfo).port;

it("does not take it for an error when a client leaves while it waits for search", async () => {
  const waiting = new Promise<{ readonly left: Promise<unknown> }>((resolve) => {
    waits = resolve;
  });
  const socket = connect(port(), "127.0.0.1");
  socket.write("GET /search HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const { left } = await waiting;
  socket.resetAndDestroy();
  await left;
  await turn();
  await turn();
  expect(logged).toBe("");
});

it("reports and answers what fails while the client is there", async () => {
  const response = await fetch(`http://127.0.0.1:${port()}/fails`);
  expect([response.status, logged]).toEqual([500, expect.stringContaining("a text, as a signal's reason is")]);
});
