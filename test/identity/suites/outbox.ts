import { describe, expect, it } from "vitest";
import { DaybookError } from "../../../src/errors.ts";
import { type OpenDesk, ORIGIN, rawRows } from "../fixture.ts";

const BY = { type: "system" } as const;

export function outboxSuite(openDesk: OpenDesk): void {
  describe("the outbox", () => {
    it("is empty once a change is acknowledged", async () => {
      const desk = await openDesk();
      await desk.identity.putOrganization("acme", "Acme", BY, ORIGIN);
      expect(await rawRows(desk.location, "outbox")).toEqual([]);
    });

    for (const losesAnswers of [false, true]) {
      const fate = losesAnswers ? "were appended but not confirmed" : "were never appended";
      it(`delivers after a restart, each once, what a crash left behind: events that ${fate}`, async () => {
        const desk = await openDesk();
        desk.refusal = new Error("the process died here");
        desk.losesAnswers = losesAnswers;
        await expect(desk.setUp()).rejects.toMatchObject({ code: "log_unavailable" });
        expect(await rawRows(desk.location, "outbox")).toHaveLength(6);

        desk.refusal = undefined;
        await desk.reopenAfterClose();
        await desk.identity.deliverPending();
        for (const organization of ["acme", "daybook"]) {
          expect(desk.acts(organization)).toEqual(["organization.create", "member.add", "auth.login"]);
        }
        expect(await rawRows(desk.location, "outbox")).toEqual([]);
        expect(await desk.identity.isSetUp()).toBe(true);
      });
    }

    it("holds back further changes until the log has caught up, in the order they were made", async () => {
      const desk = await openDesk();
      const refusal = new DaybookError("log_unavailable", "The disk is full.");
      desk.refusal = refusal;
      await expect(desk.identity.putOrganization("one", "One", BY, ORIGIN)).rejects.toBe(refusal);
      await expect(desk.identity.putOrganization("two", "Two", BY, ORIGIN)).rejects.toBe(refusal);
      expect(await desk.identity.organizationExists("two")).toBe(false);
      desk.refusal = undefined;
      await desk.identity.putOrganization("two", "Two", BY, ORIGIN);
      expect(desk.log.map((event) => event.tenant_id)).toEqual(["one", "two"]);
    });

    it("may be told twice: doing a change again after an unclear failure does it once", async () => {
      const desk = await openDesk();
      desk.refusal = new Error("connection lost");
      desk.losesAnswers = true;
      await expect(desk.identity.putOrganization("one", "One", BY, ORIGIN)).rejects.toBeDefined();
      desk.refusal = undefined;
      expect(await desk.identity.putOrganization("one", "One", BY, ORIGIN)).toMatchObject({ created: false });
      expect(desk.acts("one")).toEqual(["organization.create"]);
    });
  });
}
