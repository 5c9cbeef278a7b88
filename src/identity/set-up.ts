import type { z } from "zod";
import { DaybookError } from "../errors.ts";
import { ownEvent, userActor } from "./events.ts";
import { parseInput, setUpInput } from "./input.ts";
import { addMember, createPerson } from "./member-rows.ts";
import { consumeToken, findToken, issueToken } from "./one-time-tokens.ts";
import { writeOrganization } from "./organizations.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { Origin } from "./principals.ts";
import type { SignIn } from "./sign-in.ts";
import type { SignedIn } from "./sign-in-contract.ts";
import type { Change, Store } from "./store.ts";
import { PLATFORM_ORGANIZATION } from "./vocabulary.ts";

export type SetUpInput = z.input<typeof setUpInput>;

/** The first start: from an empty deployment to one with a platform, an organization and a person who owns both. */
export class SetUp {
  private readonly store: Store;
  private readonly signIn: SignIn;
  private readonly passwords: PasswordHasher;
  private readonly now: () => number;
  /** Never becomes false again, so a true needs no look-up. */
  private done = false;

  constructor(store: Store, signIn: SignIn, passwords: PasswordHasher, now: () => number) {
    this.store = store;
    this.signIn = signIn;
    this.passwords = passwords;
    this.now = now;
  }

  async isDone(): Promise<boolean> {
    this.done ||= await isSetUp(this.store);
    return this.done;
  }

  /** @throws DaybookError already_set_up */
  async issueToken(): Promise<string> {
    return this.store.change(async (change) => {
      if (await isSetUp(change)) throw alreadySetUp();
      return issueToken(change.db, { purpose: "set_up" }, this.now());
    });
  }

  /** @throws DaybookError invalid_input, invalid_token, already_set_up, log_unavailable. */
  async run(input: SetUpInput, origin: Origin, current: string | undefined): Promise<SignedIn> {
    const { token, organization, owner } = parseInput(setUpInput, input);
    if (await this.isDone()) throw alreadySetUp();
    // Before a password is hashed: only who holds the token may have work done.
    if ((await findToken(this.store.db, "set_up", token, this.now())) === undefined) throw invalidToken();
    const password = await this.passwords.hash(owner.password, owner.email);
    return this.store.change(async (change) => {
      if (await isSetUp(change)) throw alreadySetUp();
      if ((await consumeToken(change.db, "set_up", token, this.now())) === undefined) throw invalidToken();
      const person = await createPerson(change, owner, password);
      for (const made of [{ id: PLATFORM_ORGANIZATION, name: "Daybook" }, organization]) {
        await writeOrganization(change, made, userActor(person, "owner"), origin, this.now());
        await this.addOwner(change, person, made.id, origin);
      }
      return this.signIn.start(change, person, "set_up", origin, current);
    });
  }

  private async addOwner(
    change: Change,
    user: { id: string; name: string; email: string },
    organization: string,
    origin: Origin,
  ): Promise<void> {
    const now = this.now();
    await addMember(change, { organization, userId: user.id, role: "owner" }, now);
    const act = {
      organization,
      action: "member.add",
      actor: userActor(user, "owner"),
      resource: { type: "member", id: user.id, name: user.name },
      description: "Became the owner",
      metadata: { role: "owner" },
    } as const;
    change.record(ownEvent(act, origin, now));
  }
}

/** The platform gets its first member by set-up, and by nothing else. */
async function isSetUp({ db }: Pick<Store, "db"> | Change): Promise<boolean> {
  const member = await db
    .selectFrom("member")
    .select("id")
    .where("organizationId", "=", PLATFORM_ORGANIZATION)
    .limit(1)
    .executeTakeFirst();
  return member !== undefined;
}

function alreadySetUp(): DaybookError {
  return new DaybookError("already_set_up", "Daybook is set up already: sign in instead.");
}

function invalidToken(): DaybookError {
  return new DaybookError("invalid_token", "This set-up link is no longer valid. The server prints the current one.");
}
