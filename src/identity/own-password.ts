import { DaybookError } from "../errors.ts";
import type { Attempts } from "./attempts.ts";
import { knownAsker } from "./hash-queue.ts";
import type { PasswordHasher } from "./passwords.ts";
import { type Person, type PersonalAct, recordPersonal } from "./personal.ts";
import type { Origin } from "./principals.ts";
import type { Change, Store } from "./store.ts";

/** Asks somebody who is signed in for their password once more, throttled like a sign-in. */
export class OwnPassword {
  private readonly store: Store;
  private readonly attempts: Attempts;
  private readonly passwords: PasswordHasher;
  private readonly now: () => number;

  constructor(store: Store, attempts: Attempts, passwords: PasswordHasher, now: () => number) {
    this.store = store;
    this.attempts = attempts;
    this.passwords = passwords;
    this.now = now;
  }

  /**
   * @param ask.pointer where the password is in the request. @param ask.refused what is recorded when it is wrong.
   * @returns its stored hash, to be compared when something is done on the strength of it.
   * @throws DaybookError invalid_input with the pointer, rate_limited.
   */
  async check(
    person: Person,
    password: string,
    ask: { pointer: string; refused: PersonalAct },
    origin: Origin,
  ): Promise<string> {
    const attempt = await this.attempts.attempt(origin, { email: person.email });
    const hash = await storedHash(this.store, person.id);
    if (hash !== undefined && (await this.passwords.verify(hash, password, knownAsker(person.id)))) {
      await attempt.succeeded();
      return hash;
    }
    const act: PersonalAct = { ...ask.refused, outcome: "failure", metadata: { reason: "wrong_password" } };
    await this.store.change((change) => recordPersonal(change, person, [act], origin, this.now()));
    throw wrongPassword(ask.pointer);
  }
}

export function wrongPassword(pointer: string): DaybookError {
  const errors = [{ pointer, message: "is not your password" }];
  return new DaybookError("invalid_input", "The password is not right.", { errors });
}

async function storedHash({ db }: Pick<Store, "db">, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom("account")
    .select("password")
    .where("userId", "=", userId)
    .where("providerId", "=", "credential")
    .executeTakeFirst();
  return row?.password ?? undefined;
}

/** Sets a password hash in place of whatever there is. */
export async function setPassword({ db }: Change, userId: string, hash: string): Promise<void> {
  await db
    .updateTable("account")
    .set({ password: hash })
    .where("userId", "=", userId)
    .where("providerId", "=", "credential")
    .execute();
}

/**
 * Sets a password hash in place of the one that was compared, and locks the account until the change ends; the same hash again
 * only locks. So nobody gets in with a password that is being changed at the same moment.
 * @returns false when another has taken its place meanwhile.
 */
export async function replacePassword({ db }: Change, userId: string, from: string, to: string): Promise<boolean> {
  const row = await db
    .updateTable("account")
    .set({ password: to })
    .where("userId", "=", userId)
    .where("providerId", "=", "credential")
    .where("password", "=", from)
    .returning("userId")
    .executeTakeFirst();
  return row !== undefined;
}
