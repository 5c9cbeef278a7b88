import { describe, expect, it } from "vitest";
import { ago } from "../sample.ts";
import type { OpenTable } from "./table-page.ts";

/** An event with every field that the details show. */
export const WHOLE = {
  action: "db.update",
  outcome: "denied",
  actor: {
    ...{ type: "agent", id: "agt_whole", name: "Helper", email: "helper@acme.example", role: "sender" },
    on_behalf_of: { type: "user", id: "usr_bo", name: "Bo", email: "bo@acme.example", role: "admin" },
  },
  resource: { type: "db", id: "db_whole", name: "Customers" },
  targets: [
    { type: "channel", id: "chan_whole", name: "Support" },
    { type: "channel", name: "Sales" },
  ],
  timestamp: ago(10_800_000),
  description: "Has all its fields",
  context: { ip: "192.0.2.44", user_agent: "curl/8.9", request_id: "r_1", session_id: "s_1", trace_id: "t_1" },
  metadata: { region: "eu" },
};

/** Its fields that have filters of their own, apart from those of the columns, each with its filter as the address has it. What the server made is a pattern. */
const FILTERS_OF_FIELDS: Record<string, RegExp> = {
  Who: /^who=Helper$/,
  "User e-mail": /^who=helper@acme\.example$/,
  "Resource name": /^resource=Customers$/,
  "Further resource 2": /^resource=Sales$/,
  "User Agent": /^user_agent=curl\/8\.9$/,
  "Event ID": /^sequence=\d+$/,
  "Trace ID": /^trace_id=t_1$/,
  Source: /^source=[0-9a-f-]{36}$/,
};
const UNFILTERED = ["Timestamp", "Tenant ID"];

/** What an expanded row shows. */
export function detailsSuite(openTable: OpenTable): void {
  describe("the details", () => {
    it("compare lists by element, also where metadata holds both sides", async () => {
      const table = openTable();
      await table.expand("?resource_id=db_kin_0");
      const changes = table.page.getByRole("region", { name: "Changes" });
      expect((await changes.getByRole("row").allInnerTexts()).slice(1).map((text) => text.split(/\s+/))).toEqual([
        ["tags[1]", "—", '"b"'],
        ["a_rather_long_field_name", "—", "1"],
      ]);
    });

    it("show metadata as a tree in its order, and the entry to the byte", async () => {
      const table = openTable();
      await table.expand("?q=refund+period");
      await table.page.getByRole("tab", { name: "Tree" }).click();
      const metadata = table.page.getByRole("region", { name: "Metadata" });
      await metadata.getByText("nested").waitFor();
      expect(await metadata.getByRole("list").first().innerText()).toMatch(/2: "two"\s+1: "one"\s+nested/);
      await metadata.getByRole("button", { name: /^nested/ }).click();
      expect(await metadata.getByRole("list").count()).toBe(1);
      await metadata.getByRole("button", { name: "Filter for this 2" }).click();
      await expect.poll(() => new URL(table.page.url()).searchParams.get("metadata.2")).toBe("two");
      await table.expand("?q=refund+period");
      await table.page.getByRole("tab", { name: "Raw" }).click();
      const body = metadata.getByRole("group", { name: "The entry's body" });
      await body.waitFor();
      const { data } = (await (await table.server.fetch("/v1/events?q=refund+period", {}, table.key)).json()) as {
        data: { id: string }[];
      };
      const entry = await (await table.server.fetch(`/v1/events/${data[0]?.id}/entry`, {}, table.key)).text();
      expect(await body.locator("pre").innerText()).toBe(entry.split("\n")[1]);
      expect(await metadata.getByRole("group", { name: "The entry's header" }).locator("pre").innerText()).toBe(
        entry.split("\n")[0],
      );
      for (const label of ["User ID", "Resource ID", "IP Address", "Tenant ID", "User Agent"]) {
        expect(await table.details().getByText(label, { exact: true }).first().isVisible()).toBe(true);
      }
    });

    it("have a filter and an exclusion for each of their fields", async () => {
      const table = openTable();
      await table.expand("?q=Has+all+its+fields");
      for (const label of await table.details().locator("dt").allInnerTexts()) {
        const buttons = table
          .details()
          .getByRole("button", { name: new RegExp(`^(Filter for|Exclude) this ${label}$`) });
        expect(await buttons.count(), label).toBe(UNFILTERED.includes(label) ? 0 : 2);
      }
    });

    it.each([
      ["Filter for", "1 event", ""],
      ["Exclude", "0 events", "not_"],
    ])("%s what no column shows", async (verb, found, prefix) => {
      const table = openTable();
      await table.expand("?q=Has+all+its+fields");
      const count = table.page.getByRole("status", { name: "Number of events" });
      for (const [label, filter] of Object.entries(FILTERS_OF_FIELDS)) {
        const button = table.page.getByRole("button", { name: `${verb} this ${label}`, exact: true });
        await button.click();
        await expect.poll(() => count.textContent(), { message: label }).toBe(found);
        const { q: _q, ...others } = table.query();
        const [asked = ""] = Object.entries(others).map((pair) => pair.join("="));
        expect(asked.startsWith(prefix), label).toBe(true);
        expect(asked.slice(prefix.length), label).toMatch(filter);
        await table.page.goBack();
        await button.waitFor();
      }
    });

    it("say what the user agent is, and where the event is in the log", async () => {
      const table = openTable();
      await table.expand("?q=refund+period");
      await table.details().getByText("Firefox 144.0 on Linux, desktop").waitFor();
      expect(await table.details().getByRole("region", { name: "Integrity" }).innerText()).toMatch(
        /Entry \d+[\s\S]*Recorded \d{4}[\s\S]*Leaf hash/,
      );
    });

    it("lead to every event of the same request", async () => {
      const table = openTable();
      await table.expand("?actor_id=u_kin");
      await table.details().getByRole("link", { name: "Events of this request" }).click();
      await expect.poll(() => table.page.url()).toContain("request_id=");
      expect(table.page.url()).not.toContain("actor_id");
      await expect.poll(() => table.page.getByText("3 events", { exact: true }).count()).toBeGreaterThan(0);
    });
  });
}
