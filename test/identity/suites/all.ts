import { afterAll, afterEach, describe } from "vitest";
import { Desk, type Engine, type Location } from "../fixture.ts";
import { alertSuite } from "./alerts.ts";
import { invitationSuite } from "./invitations.ts";
import { keySuite } from "./keys.ts";
import { memberSuite } from "./members.ts";
import { organizationSuite } from "./organizations.ts";
import { outboxSuite } from "./outbox.ts";
import { profileSuite } from "./profile.ts";
import { schemaSuite } from "./schema.ts";
import { sessionSuite } from "./sessions.ts";
import { setUpSuite } from "./set-up.ts";
import { signInSuite } from "./sign-in.ts";
import { streamMemorySuite } from "./stream-memories.ts";
import { twoFactorSuite } from "./two-factor.ts";

/** Everything that identity promises, on one engine. */
export function identitySuite(engine: Engine): void {
  describe(`identity on ${engine.name}`, () => {
    const open: Desk[] = [];
    /** A desk on a new database, or a second one on a database in use. */
    const openDesk = async (location?: Location) => {
      const desk = await Desk.open(location ?? (await engine.location()));
      open.push(desk);
      return desk;
    };
    afterEach(async () => {
      const desks = open.splice(0);
      for (const desk of desks) await desk.identity.close();
      for (const location of new Set(desks.map((desk) => desk.location))) engine.release(location);
    });
    afterAll(() => engine.stop());

    for (const suite of [
      setUpSuite,
      alertSuite,
      streamMemorySuite,
      signInSuite,
      twoFactorSuite,
      sessionSuite,
      profileSuite,
      keySuite,
      organizationSuite,
      memberSuite,
      invitationSuite,
      outboxSuite,
      schemaSuite,
    ]) {
      suite(openDesk);
    }
  });
}
