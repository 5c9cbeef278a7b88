import { describe, expect, it } from "vitest";
import { anEvent } from "../../support/events.ts";
import { expectProblem, nobody, owner, platform, type Sent, send, viewer } from "./fixture.ts";

/** Parameters that are malformed, unknown or without effect. */
export function parameters(): void {
  describe("a parameter that is malformed, unknown or without effect is a 400 that names it", () => {
    const READS = ["/v1/events", "/v1/events/facets?field=action", "/v1/events/histogram", "/v1/events/live"];
    const EXPORTS = [
      "/v1/events/export?format=csv",
      "/v1/events/export?format=ndjson",
      "/v1/events/export?format=ndjson&proof=1",
    ];
    const with_ = (path: string, query: string) => `${path}${path.includes("?") ? "&" : "?"}${query}`;
    const wrong: [query: string, pointer: string][] = [
      ["action=-", "action"],
      ["action=--", "action"],
      ["action=-*", "action"],
      ["action=*", "action"],
      ["action=.*", "action"],
      ["action=", "action"],
      ["not_action=a", "not_action"],
      ["not_actor_id=caf%E9", "not_actor_id"],
      ["actor_id=%", "actor_id"],
      ["actor_id=", "actor_id"],
      ["q=%ff", "q"],
      ["q=%u00e9", "q"],
      ["q=a&q=b", "q"],
      ["ip=10", "ip"],
      ["ip=10.0.0.0/33", "ip"],
      ["ip=%5B::1%5D", "ip"],
      ["outcome=FAILURE", "outcome"],
      ["start=2026-01-01T00:00:00+02:00", "start"],
      ["start=2026-13-01", "start"],
      ["start=yesterday", "start"],
      ["end=1767225600", "end"],
      ["tz=Mars/Olympus", "tz"],
      ["time_of_day=25:00-08:00", "time_of_day"],
      ["weekday=Sat", "weekday"],
      ["first_seen=1", "first_seen"],
      ["metadata=a", "metadata"],
      ["metadata.a%5Cb=1", "metadata.a\\b"],
      ["actorId=u1", "actorId"],
      ["actor.id=u1", "actor.id"],
      ["Action=a", "Action"],
      ["action[]=a", "action[]"],
      ["page=2", "page"],
      ["__proto__=1", "__proto__"],
      ["constructor=1", "constructor"],
      ["%ff=1", "%ff"],
    ];

    it.each(wrong)("%s, wherever events are read", async (query, pointer) => {
      for (const path of [...READS, ...EXPORTS])
        expectProblem(await send({ path: with_(path, query) }), "invalid_parameter", pointer);
    });

    it.each<[path: string, ...pointers: string[]]>([
      ["/v1/events?limit=0", "limit"],
      ["/v1/events?limit=1e2", "limit"],
      ["/v1/events?limit=0x10", "limit"],
      ["/v1/events?limit=%2050", "limit"],
      ["/v1/events?order=DESC", "order"],
      ["/v1/events?new_ip=1", "new_ip"],
      ["/v1/events?cursor=", "cursor"],
      ["/v1/events?as_of=41999", "as_of"],
      ["/v1/events?format=csv", "format"],
      ["/v1/events/facets", "field"],
      ["/v1/events/facets?field=q", "field"],
      ["/v1/events/facets?field=action&names=true", "names"],
      ["/v1/events/facets?field=actor_id&find=a", "find"],
      ["/v1/events/facets?field=actor_id&limit=5", "limit"],
      ["/v1/events/facets?field=actor_id&order=asc", "order"],
      ["/v1/events/histogram?buckets=0", "buckets"],
      ["/v1/events/histogram?limit=5", "limit"],
      ["/v1/events/live?as_of=1", "as_of"],
      ["/v1/events/live?order=asc", "order"],
      ["/v1/events/export", "format"],
      ["/v1/events/export?format=CSV", "format"],
      ["/v1/events/export?format=ndjson&bom=true", "bom"],
      ["/v1/events/export?format=ndjson&bom=false&raw=true", "bom", "raw"],
      ["/v1/events/export?format=ndjson&proof=1&order=asc", "order"],
      ["/v1/events/export?format=csv&proof=true", "proof"],
      ["/v1/events/export?format=csv&limit=5", "limit"],
      ["/v1/events/lower?x=1", "x"],
      ["/v1/events/lower/entry?x=1", "x"],
      ["/v1/exports/x?format=csv", "format"],
      ["/v1/proofs/inclusion", "id"],
      ["/v1/proofs/inclusion?id=", "id"],
      ["/v1/proofs/inclusion?id=a&id=b", "id"],
      ["/v1/proofs/consistency", "from"],
      ["/v1/proofs/consistency?from=0x1", "from"],
      ["/v1/proofs/consistency?from=1e0", "from"],
      ["/v1/proofs/consistency?from=%201", "from"],
      ["/v1/proofs/consistency?from=1.0", "from"],
      ["/v1/proofs/consistency?from=-1", "from"],
      ["/v1/proofs/consistency?from=1&from=1", "from"],
      ["/v1/checkpoint?size=1", "size"],
      ["/v1/checkpoint/keys?x", "x"],
      ["/v1/tlog/checkpoint?x", "x"],
      ["/v1/tlog/tile/0/000?x", "x"],
      ["/v1/integrity?x=1", "x"],
      ["/v1/keys?organization=", "organization"],
      ["/v1/keys?limit=1", "limit"],
      ["/v1/organizations/acme?x=1", "x"],
      ["/v1/session?x=1", "x"],
      ["/openapi.json?format=yaml", "format"],
      ["/docs?theme=dark", "theme"],
      ["/docs/style.css?v=1", "v"],
      ["/healthz?verbose", "verbose"],
      ["/readyz?verbose=1&x=2", "verbose", "x"],
    ])("%s", async (path, ...pointers) => {
      expectProblem(await send({ path }), "invalid_parameter", ...pointers);
    });

    it.each([
      ["POST", "/v1/events?tenant_id=acme", "tenant_id"],
      ["POST", "/v1/events?dry_run=true", "dry_run"],
      ["POST", "/v1/keys?organization=acme", "organization"],
      ["DELETE", "/v1/keys/x?force=true", "force"],
      ["DELETE", "/v1/session?all=1", "all"],
      ["POST", "/v1/session?next=/", "next"],
      ["POST", "/v1/setup?token=x", "token"],
    ])("%s %s", async (method, path, pointer) => {
      const body = "{}";
      expectProblem(
        await send({ method, path, headers: { "content-type": "application/json" }, body }),
        "invalid_parameter",
        pointer,
      );
    });

    const asOwner = (): Partial<Sent> => ({ as: nobody, headers: owner });
    const asPlatform = (): Partial<Sent> => ({ as: () => platform });
    const asViewer = (): Partial<Sent> => ({ as: () => viewer });
    it.each<[method: string, path: string, pointer: string, asker: () => Partial<Sent>]>([
      ["GET", "/v1/organizations/acme/members?limit=1", "limit", asOwner],
      ["GET", "/v1/organizations/acme/invitations?limit=1", "limit", asOwner],
      ["GET", "/v1/organizations/acme/views?limit=1", "limit", asOwner],
      ["PATCH", "/v1/organizations/acme?name=X", "name", asOwner],
      ["PUT", "/v1/organizations/acme?name=X", "name", asPlatform],
      ["POST", "/v1/viewer-tokens?x=1", "x", asPlatform],
      ["GET", "/metrics?name=a&name=b", "name", asPlatform],
      ["GET", "/metrics?q=%ff", "q", asPlatform],
      ["GET", "/v1/viewer?x=1", "x", asViewer],
    ])("%s %s, of who can call it", async (method, path, pointer, asker) => {
      expectProblem(await send({ method, path, ...asker() }), "invalid_parameter", pointer);
      // Others hear of what is missing first.
      const { status } = await send({ method, path, as: nobody });
      expect(status).toBe(401);
    });

    it.each([
      [{ action: ["-"] }, "/filter/action/0"],
      [{ action: "-" }, "/filter/action"],
      [{ action: [] }, "/filter/action"],
      [{ actor_id: ["\ud800"] }, "/filter/actor_id/0"],
      [{ "not_metadata.\ud800": ["x"] }, "/filter/not_metadata.\ud800/0"],
      [{ first_seen: "true" }, "/filter/first_seen"],
      [{ actorId: ["u1"] }, "/filter/actorId"],
    ])("a viewer token's filter %j", async (filter, pointer) => {
      const body = JSON.stringify({ organization: "acme", filter });
      const headers = { "content-type": "application/json" };
      expectProblem(
        await send({ method: "POST", path: "/v1/viewer-tokens", headers, body, as: () => platform }),
        "invalid_input",
        pointer,
      );
    });

    it("an action that begins with a hyphen, which no filter could name, is refused where it is recorded", async () => {
      const body = JSON.stringify(anEvent({ action: "-auth.login" }));
      const headers = { "content-type": "application/json" };
      expectProblem(await send({ method: "POST", path: "/v1/events", headers, body }), "invalid_event", "/action");
    });
  });
}
