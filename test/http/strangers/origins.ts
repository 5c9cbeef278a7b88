import { describe, expect, it } from "vitest";
import { anEvent } from "../../support/events.ts";
import { expectProblem, key, nobody, PAGE, platform, send, writer } from "./fixture.ts";

/** Pages of other origins. */
export function origins(): void {
  describe("a page of another origin", () => {
    const preflight = (origin: string, headers = "authorization,content-type") =>
      send({
        method: "OPTIONS",
        path: "/v1/events",
        as: nobody,
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": headers },
      });
    const record = (origin: string, as: () => string) =>
      send({
        method: "POST",
        path: "/v1/events",
        as,
        headers: { origin, "content-type": "application/json", "sec-fetch-site": "cross-site" },
        body: JSON.stringify(anEvent()),
      });

    it("that is listed gets its preflight answered, and records with a key that only writes", async () => {
      const answer = await preflight(PAGE);
      expect([answer.status, answer.body]).toEqual([204, ""]);
      expect(answer.headers).toMatchObject({
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "authorization, content-type, content-encoding",
        vary: expect.stringContaining("Origin"),
      });
      const recorded = await record(PAGE, () => writer);
      expect(recorded.status).toBe(201);
      expect(recorded.headers["access-control-allow-origin"]).toBe(PAGE);
      expect(recorded.headers["access-control-expose-headers"]).toContain("retry-after");
    });

    it.each([
      ["reads too", () => key],
      ["is the platform's", () => platform],
    ])("does not record with a key that %s, and gets to read why", async (_, as) => {
      const answer = await record(PAGE, as);
      expectProblem(answer, "forbidden");
      expect(answer.headers["access-control-allow-origin"]).toBe(PAGE);
    });

    it("gets to read why its key is refused", async () => {
      const answer = await record(PAGE, () => "dbk_wrong");
      expectProblem(answer, "unauthenticated");
      expect(answer.headers["access-control-allow-origin"]).toBe(PAGE);
    });

    it.each(["https://evil.example", "null", "https://app.example.com.evil.example", "http://app.example.com"])(
      "that is not listed, %s, gets neither",
      async (origin) => {
        for (const answer of [await preflight(origin), await record(origin, () => key)]) {
          expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
        }
        expectProblem(await preflight(origin), "method_not_allowed");
      },
    );

    it("reads nothing, listed or not", async () => {
      const answer = await send({ path: "/v1/events", headers: { origin: PAGE } });
      expect(answer.headers["access-control-allow-origin"]).toBe(undefined);
    });
  });
}
