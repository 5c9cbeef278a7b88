import { afterAll, afterEach, describe, it } from "vitest";
import { Desk, type Engine, type Location, type OpenDesk, postgres } from "../fixture.ts";
import { startPostgres } from "../postgres.ts";
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
import { twoFactorSuite } from "./two-factor.ts";

type Suite = (openDesk: OpenDesk) => void;

/** Everything that identity promises, on one engine, but for what people do to their own account. */
export function identitySuite(engine: Engine): void {
  const suites = [setUpSuite, signInSuite, sessionSuite, keySuite, organizationSuite, outboxSuite, schemaSuite];
  describe(`identity on ${engine.name}`, () => run(engine, suites));
}

/** What people do to their own account, on one engine. */
export function accountSuite(engine: Engine): void {
  describe(`people's own accounts on ${engine.name}`, () => run(engine, [profileSuite]));
}

/** The second factor, on one engine. */
export function secondFactorSuite(engine: Engine): void {
  describe(`the second factor on ${engine.name}`, () => run(engine, [twoFactorSuite]));
}

/** Runs a suite on a PostgreSQL of its own, or says that there is none. */
export async function onPostgres(suite: (engine: Engine) => void): Promise<void> {
  const server = await startPostgres();
  if (server !== undefined) return suite(postgres(server));
  process.stderr.write("identity is not tested on PostgreSQL: its server programs are not installed here\n");
  describe("identity on PostgreSQL", () => it.skip("needs PostgreSQL's server programs"));
}

/** Who belongs to an organization, and by what invitation, on one engine. */
export function peopleSuite(engine: Engine): void {
  describe(`people of organizations on ${engine.name}`, () => run(engine, [memberSuite, invitationSuite]));
}

function run(engine: Engine, suites: readonly Suite[]): void {
  const open: Desk[] = [];
  /** A desk on a new database, or a second one on a database in use. */
  const openDesk = async (location?: Location) => {
    const desk = await Desk.open(location ?? (await engine.location()));
    open.push(desk);
    return desk;
  };
  afterEach(async () => {
    for (const desk of open.splice(0)) await desk.identity.close();
  });
  afterAll(() => engine.stop());
  for (const suite of suites) suite(openDesk);
}
