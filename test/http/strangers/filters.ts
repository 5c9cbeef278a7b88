import { describe, expect, it } from "vitest";
import { anEvent } from "../../support/events.ts";
import { key, send, server } from "./fixture.ts";

/** What filters compare, and times. */
export function filters(): void {
  describe("filters", () => {
    const ids = async (query: string) => {
      const { status, body } = await send({ path: `/v1/events?${query}` });
      expect([status, body]).toEqual([200, expect.any(String)]);
      return (JSON.parse(body) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
    };

    it.each<[query: string, found: string[]]>([
      ["ip=2001:db8::99", ["lower", "upper"]],
      ["ip=2001:0DB8:0:0:0:0:0:99", ["lower", "upper"]],
      ["ip=203.0.113.99", ["mapped", "plain"]],
      ["ip=::ffff:203.0.113.99", ["mapped", "plain"]],
      ["ip=::ffff:203.0.113.0/120", ["mapped", "plain"]],
      ["ip=::1.2.3.4", ["compatible"]],
      ["ip=1.2.3.4", []],
      ["ip=::ffff:1.2.3.4", []],
      ["q=caf%C3%A9", ["lower", "plain", "upper"]],
      ["q=cafe%CC%81", ["lower", "plain", "upper"]],
      ["q=CAFE%CC%81", ["lower", "plain", "upper"]],
      ["q=%C4%B0stanbul", ["mapped"]],
      ["q=istanbul", []],
      ["request_id=req_old", ["old"]],
      ["session_id=ses_old", ["old"]],
      ["request_id=req_old&start=2026-01-01", []],
    ])("compare what they mean: %s", async (query, found) => {
      expect(await ids(query)).toEqual(found);
    });

    it("take every value that a facet offers, and find as many events as it counts", async () => {
      for (const field of ["action", "outcome", "resource_type", "actor_id", "actor_type", "role", "ip"]) {
        const { body } = await send({ path: `/v1/events/facets?field=${field}&end=2199-12-31&start=1970-01-01` });
        for (const { value, count } of (JSON.parse(body) as { values: { value: string; count: number }[] }).values) {
          expect(value).not.toBe("");
          if (field === "resource_type") continue;
          const query = new URLSearchParams({ [field]: value, start: "1970-01-01" });
          expect([field, value, (await ids(String(query))).length]).toEqual([field, value, count]);
        }
      }
    });

    it("find the same in an export", async () => {
      const { body } = await send({ path: "/v1/events/export?format=ndjson&ip=::ffff:203.0.113.99" });
      expect(body.match(/"id":"(mapped|plain)"/g)).toHaveLength(2);
    });

    it("do not mark as new an address that was seen in another spelling", async () => {
      const at = (seconds: number) => new Date(Date.now() - 60_000 + seconds * 1000).toISOString();
      const event = (id: string, ip: string, seconds: number) =>
        anEvent({ id, ip, user_id: "mover", actor: { type: "user" }, timestamp: at(seconds) });
      await server.post(key, [
        event("n1", "2001:db8::77", 1),
        event("n2", "2001:DB8::0077", 2),
        event("n3", "198.51.100.77", 3),
        event("n4", "::ffff:198.51.100.77", 4),
        event("n5", "::ffff:c633:644d", 5),
      ]);
      await server.caughtUp(key);
      const { body } = await send({ path: "/v1/events?actor_id=mover&new_ip=true" });
      expect((JSON.parse(body) as { new_ip: string[] }).new_ip.sort()).toEqual(["n1", "n3"]);
    });
  });

  it("a leap second is a time", async () => {
    const year = new Date().getUTCFullYear() - 1;
    const body = JSON.stringify(anEvent({ id: "leap", timestamp: `${year}-06-30T23:59:60.5Z` }));
    const sent = await send({
      method: "POST",
      path: "/v1/events",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(sent.status).toBe(201);
    const { timestamp } = JSON.parse((await send({ path: "/v1/events/leap" })).body) as { timestamp: string };
    expect(timestamp).toBe(`${year}-06-30T23:59:59.999Z`);
  });
}
