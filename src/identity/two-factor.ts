import { randomBytes } from "node:crypto";
import { symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import { DaybookError } from "../errors.ts";
import type { Person } from "./personal.ts";
import type { TwoFactorSecret } from "./profile-contract.ts";
import { consumeRecoveryCode, newRecoveryCodes, recoveryCodeHash, replaceRecoveryCodes } from "./recovery-codes.ts";
import type { Schema } from "./schema.ts";
import type { Change, Store } from "./store.ts";
import { base32, matchingStep, TOTP_SECRET_BYTES, totpUri } from "./totp.ts";

/** What a typed code would use up, if it is still there when it is taken. */
export type Proof =
  | { readonly method: "totp"; readonly step: number; readonly stored: string }
  | { readonly method: "recovery_code"; readonly hash: string };

/** Reported with the sign-in that a proof let through. */
export type Proven =
  | { readonly second_factor: "totp" }
  | { readonly second_factor: "recovery_code"; readonly recovery_codes_left: number };

/**
 * The second factor: an authenticator app's codes (RFC 6238), and recovery codes. Reading and decrypting is done before a
 * change, using up within it.
 */
export class TwoFactor {
  private readonly store: Store;
  private readonly key: string;
  private readonly now: () => number;

  /** @param key encrypts the secrets. */
  constructor(store: Store, key: string, now: () => number) {
    this.store = store;
    this.key = key;
    this.now = now;
  }

  /** Whether a person has it on. */
  async isOn(userId: string): Promise<boolean> {
    return (await this.find(userId))?.confirmed_at != null;
  }

  /**
   * Makes a secret and recovery codes, in place of what was begun earlier. Nothing is asked for until `confirm`.
   * @throws DaybookError two_factor_enabled
   */
  async begin({ id, email }: Person): Promise<TwoFactorSecret> {
    const secret = randomBytes(TOTP_SECRET_BYTES);
    const recoveryCodes = newRecoveryCodes();
    const stored = await symmetricEncrypt({ key: this.key, data: secret.toString("base64") });
    await this.store.change(async ({ db }) => {
      const begun = await db
        .insertInto("two_factor")
        .values({ user_id: id, secret: stored, confirmed_at: null, last_step: null })
        .onConflict((conflict) =>
          conflict
            .column("user_id")
            .doUpdateSet({ secret: stored, last_step: null })
            .where("two_factor.confirmed_at", "is", null),
        )
        .returning("user_id")
        .executeTakeFirst();
      if (begun === undefined) throw alreadyOn();
      await replaceRecoveryCodes(db, id, recoveryCodes);
    });
    return { secret: base32(secret), uri: totpUri(secret, email), recoveryCodes };
  }

  /**
   * Reads the code that confirms what was begun.
   * @returns undefined when it is wrong. @throws DaybookError not_found, two_factor_enabled
   */
  async proofOfBegun(userId: string, code: string): Promise<Proof | undefined> {
    const row = await this.find(userId);
    if (row === undefined) throw new DaybookError("not_found", "Start the set-up of two-factor sign-in first.");
    if (row.confirmed_at !== null) throw alreadyOn();
    return this.totpProof(row, code);
  }

  /** Turns it on. @throws DaybookError two_factor_enabled when it is on by now, or was begun again. */
  async confirm({ db }: Change, userId: string, proof: Proof): Promise<void> {
    if (proof.method !== "totp") throw new Error("only an authenticator app's code confirms that it has the secret");
    const confirmed = await db
      .updateTable("two_factor")
      .set({ confirmed_at: this.now(), last_step: proof.step })
      .where("user_id", "=", userId)
      .where("secret", "=", proof.stored)
      .where("confirmed_at", "is", null)
      .returning("user_id")
      .executeTakeFirst();
    if (confirmed === undefined) throw alreadyOn();
  }

  /** Turns it off and forgets all of it. @returns whether it was on. */
  async remove({ db }: Change, userId: string): Promise<boolean> {
    await replaceRecoveryCodes(db, userId, []);
    const removed = await db
      .deleteFrom("two_factor")
      .where("user_id", "=", userId)
      .returning("confirmed_at")
      .executeTakeFirst();
    return removed?.confirmed_at != null;
  }

  /** Reads a code typed at sign-in. @returns undefined when it is certainly wrong. */
  async proof(userId: string, code: string): Promise<Proof | undefined> {
    const row = await this.find(userId);
    if (row === undefined) return undefined;
    if (isDigits(code)) return this.totpProof(row, code);
    return { method: "recovery_code", hash: recoveryCodeHash(code) };
  }

  /** Uses a proof up: of two sign-ins with one code, one gets in. @returns undefined when it was used, or never was right. */
  async use({ db }: Change, userId: string, proof: Proof): Promise<Proven | undefined> {
    if (proof.method === "recovery_code") {
      const left = await consumeRecoveryCode(db, userId, proof.hash);
      return left === undefined ? undefined : { second_factor: "recovery_code", recovery_codes_left: left };
    }
    const used = await db
      .updateTable("two_factor")
      .set({ last_step: proof.step })
      .where("user_id", "=", userId)
      .where("secret", "=", proof.stored)
      .where((eb) => eb.or([eb("last_step", "is", null), eb("last_step", "<", proof.step)]))
      .returning("user_id")
      .executeTakeFirst();
    return used === undefined ? undefined : { second_factor: "totp" };
  }

  private async totpProof({ secret: stored }: Schema["two_factor"], code: string): Promise<Proof | undefined> {
    const secret = Buffer.from(await symmetricDecrypt({ key: this.key, data: stored }), "base64");
    const step = matchingStep(secret, withoutSpaces(code), this.now());
    return step === undefined ? undefined : { method: "totp", step, stored };
  }

  private find(userId: string): Promise<Schema["two_factor"] | undefined> {
    return this.store.db.selectFrom("two_factor").selectAll().where("user_id", "=", userId).executeTakeFirst();
  }
}

/** Whether a typed code is meant as an authenticator app's, which shows it as `123 456`. */
export function isDigits(code: string): boolean {
  return /^\d{6}$/.test(withoutSpaces(code));
}

function withoutSpaces(code: string): string {
  return code.replace(/\s/g, "");
}

function alreadyOn(): DaybookError {
  return new DaybookError(
    "two_factor_enabled",
    "Two-factor sign-in is on already. To set it up again, turn it off first.",
  );
}
