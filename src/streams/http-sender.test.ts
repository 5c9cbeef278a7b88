import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { Destinations } from "./destinations.ts";
import { failureOf, HttpSender } from "./http-sender.ts";

const NOW = Date.parse("2026-11-27T00:00:00Z");

describe("an answer that does not acknowledge", () => {
  it.each([
    [301, "unavailable"],
    [400, "refused"],
    [401, "unavailable"],
    [404, "unavailable"],
    [410, "gone"],
    [413, "refused"],
    [422, "refused"],
    [429, "unavailable"],
    [500, "unavailable"],
    [503, "unavailable"],
  ])("%i means %s", (status, failure) => {
    expect(failureOf({ status, headers: {}, body: "" }, NOW).failure).toBe(failure);
  });

  it("is quoted in one line and at most 200 characters", () => {
    const { message } = failureOf({ status: 500, headers: {}, body: `line\nbreak ${"x".repeat(500)}` }, NOW);
    expect(message).toMatch(/^The receiver answered 500: line break x+$/);
    expect(message.length).toBeLessThan(240);
  });

  it("says when to come back", () => {
    const { retryAfterMs: ms } = failureOf({ status: 429, headers: { "retry-after": "7" }, body: "" }, NOW);
    expect(ms).toBe(7_000);
  });
});

it("opens another connection where the receiver has closed the one that was kept", async () => {
  const answered = new WeakSet<object>();
  const server = createServer((request, response) => {
    if (answered.has(request.socket)) request.socket.destroy();
    else {
      answered.add(request.socket);
      response.end("ok");
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const sender = new HttpSender(new Destinations(["127.0.0.0/8"]));
  const { signal } = new AbortController();
  for (let time = 0; time < 3; time++) {
    expect(await sender.send({ url, headers: {}, body: "x" }, signal)).toMatchObject({ status: 200, body: "ok" });
  }
  sender.close();
  server.close();
  server.closeAllConnections();
});
