import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CONSOLE_PAGES } from "../../../src/http/console-pages.ts";
import { anEvent } from "../../support/events.ts";
import { expectProblem, nobody, platform, send } from "./fixture.ts";

/** Addresses, and what they can carry. */
export function addresses(): void {
  describe("an address that is nothing of Daybook's is a 404 problem", () => {
    it.each([
      ...[
        "//",
        "//v1/events",
        "/api/v1/events",
        "/V1/events",
        "/v1/Events",
        "/v2/events",
        "/v1",
        "/v1/",
        "/v1//events",
      ],
      ...["/readyz/", "/metrics/", "/healthz/", "/docs/", "/openapi.json/", "/Healthz", "/status", "/graphql"],
      ...[
        "/settings/nothing",
        "/settings/organization/audit-logs/x",
        "/Settings",
        "/index.php",
        "/.env",
        "/wp-login.php",
      ],
      ...["/audit-logs", "/events.csv", "/robots.txt", "/%2e%2e/%2e%2e/etc/passwd", "/v1%2Fevents", "/login"],
    ])("%s", async (path) => {
      expectProblem(await send({ path }), "not_found");
      expectProblem(await send({ path, headers: { accept: "text/html" } }), "not_found");
    });

    it("and the console's pages are those of its router", () => {
      const source = readFileSync(new URL("../../../web/src/router.tsx", import.meta.url), "utf8");
      const routes = new Map<string, { parent: string | undefined; path: string }>();
      for (const [, name = "", body = ""] of source.matchAll(
        /^const (\w+) = create\w*Route\w*(?:<.*>\(\))?\(\{$(.*?)^\}\);$/gms,
      )) {
        const parent = /^ {2}getParentRoute: \(\) => (\w+),$/m.exec(body)?.[1];
        routes.set(name, { parent, path: /^ {2}path: "([^"]*)",$/m.exec(body)?.[1] ?? "" });
      }
      for (const [, name = "", path = ""] of source.matchAll(/^const (\w+) = organizationPage\(\s*"([^"]*)",$/gm)) {
        routes.set(name, { parent: "settings", path });
      }
      const full = (name: string | undefined): string => {
        const route = name === undefined ? undefined : routes.get(name);
        return route === undefined ? "" : full(route.parent) + route.path;
      };
      const paths = [...routes]
        .filter(([, { path }]) => path !== "")
        .map(([name]) => full(name).replace(/(?<=.)\/$/, ""));
      expect([...new Set(paths)].sort()).toEqual([...CONSOLE_PAGES].sort());
    });

    it("and the console's page about it, with 404 all the same, for a person who opens it in a browser", async () => {
      const headers = { accept: "text/html", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate" };
      for (const path of ["/settings/nothing", "/readyz/"]) {
        const answer = await send({ path, headers, as: nobody });
        expect([answer.status, answer.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
      }
      expectProblem(await send({ path: "/events.csv", headers, as: nobody }), "not_found");
      expectProblem(await send({ path: "/v1/events", headers, as: nobody }), "unauthenticated");
    });

    it.each(CONSOLE_PAGES.flatMap((page) => (page === "/" ? [page] : [page, `${page}/`, `${page}?q=%ff&x=1`])))(
      "but %s is the console's page",
      async (path) => {
        const answer = await send({ path, as: nobody });
        expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      },
    );
  });

  describe("an id that an address cannot carry is refused where it would be given", () => {
    it.each([".", "..", "export", "live", "facets", "histogram", "a/b", "a b", "", "é", "a%2fb", "a".repeat(129)])(
      "%j of an event",
      async (id) => {
        const body = JSON.stringify(anEvent({ id }));
        expectProblem(
          await send({ method: "POST", path: "/v1/events", headers: { "content-type": "application/json" }, body }),
          "invalid_event",
          "/id",
        );
      },
    );

    it.each([".", "..", "a:b", "a/b", "é"])("%j of an organization, of a key's and of a viewer's", async (id) => {
      const headers = { "content-type": "application/json" };
      const as = () => platform;
      const put = await send({
        method: "PUT",
        path: `/v1/organizations/${encodeURIComponent(id)}`,
        headers,
        body: '{"name":"X"}',
        as,
      });
      // `.` and `..` are gone from an address by the time it arrives.
      expect([404, 422]).toContain(put.status);
      const event = await send({
        method: "POST",
        path: "/v1/events",
        headers,
        body: JSON.stringify(anEvent({ tenant_id: id })),
        as,
      });
      expectProblem(event, "invalid_event", "/tenant_id");
      const named = JSON.stringify({ organization: id, name: "k", scopes: ["events:read"] });
      expectProblem(
        await send({ method: "POST", path: "/v1/keys", headers, body: named, as }),
        "invalid_input",
        "/organization",
      );
    });
  });
}
