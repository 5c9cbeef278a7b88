import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { DaybookError } from "../../../src/errors.ts";
import { builtChild } from "../../support/built-child.ts";
import { type OpenDesk, ORIGIN, rawRows } from "../fixture.ts";

const BY = { type: "system" } as const;

export function outboxSuite(openDesk: OpenDesk): void {
  describe("the outbox", () => {
    it("records a change exactly once whose process was killed between its commit and the log", async () => {
      const desk = await openDesk();
      const program = await builtChild("../crash.child.ts", import.meta.url);
      const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
      const child = spawn(process.execPath, [program, JSON.stringify(desk.location)], { stdio });
      const [offered] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      child.kill("SIGKILL");
      await once(child, "exit");

      await desk.reopenAfterClose();
      expect((await desk.identity.organization("acme"))?.name).toBe("Acme");
      await desk.identity.deliverPending();
      await desk.identity.deliverPending();
      expect(desk.log.map((event) => event.id)).toEqual(JSON.parse(offered));
      expect(desk.acts("acme")).toEqual(["organization.create"]);
    });

    it("is empty once a change is acknowledged", async () => {
      const desk = await openDesk();
      await desk.identity.putOrganization("acme", "Acme", BY, ORIGIN);
      expect(await rawRows(desk.location, "outbox")).toEqual([]);
    });

    it("leaves behind where the log has each event", async () => {
      const desk = await openDesk();
      await desk.setUp();
      const { delivered } = desk.identity;
      expect((await delivered.organizations()).toSorted()).toEqual(["acme", "daybook"]);
      for (const organization of ["acme", "daybook"]) {
        const own = desk.log.filter((event) => event.tenant_id === organization);
        const expected = own.map((event) => ({ id: event.id, ...desk.placeOf(event) }));
        expect(await delivered.page(organization, 0, 100)).toEqual(expected);
        expect(await delivered.page(organization, 1, 1)).toEqual(expected.slice(1, 2));
        expect(await delivered.countFrom(organization, 1)).toBe(own.length - 1);
        const strangers = [...expected, { id: "stranger", sequence: own.length }];
        expect(await delivered.unknown(organization, strangers)).toEqual(strangers.slice(-1));
      }
    });

    it("takes the log as it is once somebody says so, after a restore", async () => {
      const desk = await openDesk();
      await desk.setUp();
      const { delivered } = desk.identity;
      expect(await delivered.notedSince()).toBe(0);
      expect(await delivered.beginAgain((organization) => (organization === "acme" ? 1 : 3), 1234)).toBe(2);
      expect([await delivered.countFrom("acme", 0), await delivered.countFrom("daybook", 0)]).toEqual([1, 3]);
      expect(await delivered.notedSince()).toBe(1234);
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

    it("may be reported twice: doing a change again after an unclear failure does it once", async () => {
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
