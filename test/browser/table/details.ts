import { describe, expect, it } from "vitest";
import type { OpenTable } from "./table-page.ts";

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
