import { describe, expect, it } from "vitest";
import type { Problem } from "../../support/events.ts";
import { sendRaw } from "../../support/raw-http.ts";
import { expectProblem, nobody, type Sent, send, server } from "./fixture.ts";

/** What is not quite HTTP. */
export function requests(): void {
  describe("a request that is not quite HTTP, or no request at all", () => {
    it.each<[what: string, sent: Partial<Sent>]>([
      ["HTTP/1.0 without Host", { version: "1.0", host: null }],
      ["HTTP/1.1 without Host", { host: null }],
      ["an empty Host", { host: "" }],
      ["an address as Host", { host: "10.0.0.7:4600" }],
      ["an IPv6 address as Host", { host: "[::1]:4600" }],
      ["a target with scheme and host", { path: "http://daybook.example/healthz" }],
    ])("%s: a health checker gets its answer", async (_, sent) => {
      for (const path of ["/healthz", "/readyz"]) {
        const { status, body } = await send({ path, as: nobody, ...sent });
        expect([status, body]).toEqual([200, sent.path !== undefined || path === "/healthz" ? "ok\n" : "ready\n"]);
      }
      expect((await send({ path: "/v1/events?limit=1", ...sent })).status).toBe(200);
    });

    it.each<[what: string, head: string, code: string]>([
      ["bytes that are not HTTP", "\x16\x03\x01\x02\x00\r\n\r\n", "invalid_request"],
      ["a method that does not exist", "BREW /pot HTTP/1.1\r\nhost: a\r\n\r\n", "invalid_request"],
      ["a version that does not exist", "GET / HTTP/9.9\r\nhost: a\r\n\r\n", "invalid_request"],
      ["a header without a name", "GET / HTTP/1.1\r\n: x\r\n\r\n", "invalid_request"],
      [
        "two lengths",
        "POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        "invalid_request",
      ],
      [
        "a length that is not valid",
        "POST /v1/events HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
        "invalid_request",
      ],
      [
        "a Host that is not valid",
        "GET /healthz HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n",
        "invalid_request",
      ],
      ["headers of 20 KiB", `GET / HTTP/1.1\r\nhost: a\r\nx: ${"x".repeat(20_000)}\r\n\r\n`, "headers_too_large"],
      ["an address of 20 KiB", `GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, "headers_too_large"],
      [
        "another expectation",
        "POST /v1/events HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\nconnection: close\r\n\r\n",
        "expectation_failed",
      ],
      ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nhost: a\r\n\r\n", "method_not_allowed"],
    ])("%s: the answer is a problem", async (_, head, code) => {
      const answer = await sendRaw(server.url, head);
      expectProblem(answer, code);
      expect(answer.headers["x-request-id"]).toBe((JSON.parse(answer.body) as Problem).request_id);
    });

    it("an upgrade that nobody asked for is a plain request", async () => {
      const headers = { upgrade: "websocket", connection: "Upgrade" };
      expect((await send({ path: "/healthz", headers })).status).toBe(200);
    });
  });
}
