import { describe, expect, it } from "vitest";
import type { SessionPrincipal } from "../../../src/identity/principals.ts";
import { matchingStep, totpCode, totpStep } from "../../../src/identity/totp.ts";
import { type Desk, type OpenDesk, ORIGIN, OWNER, rawRows } from "../fixture.ts";

const SECOND = 1000;
const ELSEWHERE = { ...ORIGIN, ip: "203.0.113.5" };
const OPERATOR = { type: "system", id: "operator", name: "Command line" } as const;

export function twoFactorSuite(openDesk: OpenDesk): void {
  describe("two-factor sign-in", () => {
    it("is on once a code has confirmed it, and then asks for one after the right password alone", async () => {
      const { desk, owner } = await ownerOf(openDesk);
      const { code } = await begin(desk, owner);
      await expect(signIn(desk)).resolves.toBeDefined();
      await expect(confirm(desk, owner, "000000")).rejects.toMatchObject(WRONG_PROOF);
      expect(await desk.identity.profile.hasTwoFactor(owner.user.id)).toBe(false);
      desk.log.length = 0;
      await confirm(desk, owner, code());
      expect(await desk.identity.profile.hasTwoFactor(owner.user.id)).toBe(true);
      for (const tenant_id of ["acme", "daybook"]) {
        expect(desk.log.filter((event) => event.tenant_id === tenant_id)).toMatchObject([
          {
            action: "two_factor.enable",
            actor: { email: OWNER.email, role: "owner" },
            resource: { type: "user", id: owner.user.id },
            context: { session_id: owner.sessionId },
          },
        ]);
      }

      desk.log.length = 0;
      const sessions = await rawRows(desk.location, "session");
      await expect(signIn(desk)).rejects.toMatchObject({ code: "two_factor_required" });
      expect(desk.log).toEqual([]);
      for (const wrong of [{ password: "not the password" }, { password: "not the password", code: code() }]) {
        await expect(signIn(desk, wrong)).rejects.toMatchObject(WRONG_PASSWORD);
      }
      await expect(
        signIn(desk, { email: "nobody@example.com", password: "no password", code: code() }),
      ).rejects.toMatchObject(WRONG_PASSWORD);
      expect(await rawRows(desk.location, "session")).toEqual(sessions);
    });

    it("takes a code once, and none of an earlier step after it", async () => {
      const { desk, code } = await withTwoFactor(openDesk);
      const used = code();
      await expect(signIn(desk, { code: used })).rejects.toMatchObject(WRONG_CODE);
      desk.nowMs += 30 * SECOND;
      const next = code();
      await expect(signIn(desk, { code: `${next.slice(0, 3)} ${next.slice(3)}` })).resolves.toBeDefined();
      expect(desk.log.at(-1)).toMatchObject({
        action: "auth.login",
        metadata: { method: "password", second_factor: "totp" },
      });
      await expect(signIn(desk, { code: next })).rejects.toMatchObject(WRONG_CODE);
      expect(desk.log.at(-1)).toMatchObject({
        action: "auth.login",
        outcome: "failure",
        metadata: { reason: "wrong_code" },
      });
      expect(JSON.stringify(desk.log)).not.toContain(next);
    });

    it("bears a clock that is one step off, and no more", async () => {
      const { desk, code } = await withTwoFactor(openDesk);
      desk.nowMs += 120 * SECOND;
      await expect(signIn(desk, { code: code(-2) })).rejects.toMatchObject(WRONG_CODE);
      await expect(signIn(desk, { code: code(2) })).rejects.toMatchObject(WRONG_CODE);
      await expect(signIn(desk, { code: code(-1) })).resolves.toBeDefined();
      await expect(signIn(desk, { code: code(1) })).resolves.toBeDefined();
      await expect(signIn(desk, { code: code(0) })).rejects.toMatchObject(WRONG_CODE);
    });

    it("lets one of two sign-ins with one code in", async () => {
      const { desk, code, recoveryCodes } = await withTwoFactor(openDesk);
      desk.nowMs += 30 * SECOND;
      for (const same of [code(), recoveryCodes[0] ?? ""]) {
        const outcomes = await Promise.allSettled(
          [ORIGIN, ELSEWHERE].map((from) => signIn(desk, { code: same }, from)),
        );
        expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
      }
    });

    it("takes each recovery code once, however it is typed, and tells how many are left", async () => {
      const { desk, recoveryCodes } = await withTwoFactor(openDesk);
      expect(new Set(recoveryCodes).size).toBe(10);
      for (const code of recoveryCodes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
      const [first = "", second = ""] = recoveryCodes;
      const typed = first.toUpperCase().replaceAll("-", " ").replaceAll("0", "O").replaceAll("1", "l");
      await expect(signIn(desk, { code: typed })).resolves.toBeDefined();
      expect(desk.log.at(-1)?.metadata).toEqual({
        method: "password",
        second_factor: "recovery_code",
        recovery_codes_left: 9,
      });
      await expect(signIn(desk, { code: first })).rejects.toMatchObject(WRONG_CODE);
      await expect(signIn(desk, { code: second })).resolves.toBeDefined();
      expect(desk.log.at(-1)?.metadata).toMatchObject({ recovery_codes_left: 8 });
    });

    it("keeps neither its secret nor its recovery codes readable", async () => {
      const { desk, secret, recoveryCodes } = await withTwoFactor(openDesk);
      const rows = await Promise.all((["two_factor", "recovery_code"] as const).map((t) => rawRows(desk.location, t)));
      const stored = JSON.stringify(rows);
      for (const text of [secret, fromBase32(secret).toString("base64"), fromBase32(secret).toString("hex")]) {
        expect(stored).not.toContain(text);
      }
      for (const code of recoveryCodes) expect(stored).not.toContain(code.slice(0, 9));
      expect(JSON.stringify(desk.log)).not.toContain(secret);
    });

    it("is begun again as often as one likes before it is on, with the latest secret and codes alone", async () => {
      const { desk, owner } = await ownerOf(openDesk);
      const first = await begin(desk, owner);
      const second = await begin(desk, owner);
      await expect(confirm(desk, owner, first.code())).rejects.toMatchObject(WRONG_PROOF);
      await confirm(desk, owner, second.code());
      await expect(begin(desk, owner)).rejects.toMatchObject({ code: "two_factor_enabled" });
      await expect(confirm(desk, owner, second.code())).rejects.toMatchObject({ code: "two_factor_enabled" });
      await expect(signIn(desk, { code: first.recoveryCodes[0] ?? "" })).rejects.toMatchObject(WRONG_CODE);
      await expect(signIn(desk, { code: second.recoveryCodes[0] ?? "" })).resolves.toBeDefined();
    });

    it("is begun and turned off with the password, whose guesses are throttled and recorded", async () => {
      const { desk, owner } = await withTwoFactor(openDesk);
      const { profile } = desk.identity;
      desk.log.length = 0;
      const wrong = profile.disableTwoFactor(owner, "not the password", ORIGIN);
      await expect(wrong).rejects.toMatchObject({ code: "invalid_input", errors: [{ pointer: "/password" }] });
      expect(desk.acts("acme")).toEqual(["two_factor.disable failure"]);
      await profile.disableTwoFactor(owner, OWNER.password, ORIGIN);
      await profile.disableTwoFactor(owner, OWNER.password, ORIGIN);
      expect(desk.acts("acme")).toEqual(["two_factor.disable failure", "two_factor.disable"]);
      await expect(signIn(desk)).resolves.toBeDefined();
      expect(await rawRows(desk.location, "recovery_code")).toEqual([]);
      await expect(confirm(desk, owner, "000000")).rejects.toMatchObject({ code: "not_found" });

      for (let i = 0; i < 5; i++) {
        await expect(profile.beginTwoFactor(owner, "a guess", ORIGIN)).rejects.toMatchObject({ code: "invalid_input" });
      }
      await expect(profile.beginTwoFactor(owner, OWNER.password, ORIGIN)).rejects.toMatchObject({
        code: "rate_limited",
      });
      expect(desk.acts("acme").filter((act) => act === "two_factor.enable failure")).toHaveLength(5);
    });

    it("gives who has the password thirty tries at the six digits, from wherever, and its owner a way in all the same", async () => {
      const { desk, owner } = await ownerOf(openDesk);
      const begun = await begin(desk, owner);
      const wrong = wrongDigits({ desk, key: begun.key });
      const from = (i: number) => ({ ...ORIGIN, ip: `192.0.2.${i}` });
      const { profile } = desk.identity;
      for (let i = 0; i < 28; i++) {
        await expect(profile.confirmTwoFactor(owner, wrong, from(i))).rejects.toMatchObject(WRONG_PROOF);
      }
      await profile.confirmTwoFactor(owner, begun.code(), ORIGIN);
      for (let i = 28; i < 30; i++) {
        await expect(signIn(desk, { code: wrong }, from(i))).rejects.toMatchObject(WRONG_CODE);
      }
      await expect(signIn(desk, { code: wrong }, from(30))).rejects.toMatchObject({ code: "rate_limited" });
      await expect(signIn(desk, { code: begun.recoveryCodes[0] ?? "" }, from(31))).resolves.toBeDefined();
    });

    it("does not give the guesses back for the right password without a code", async () => {
      const { desk, key } = await withTwoFactor(openDesk);
      const outcomes: string[] = [];
      for (let i = 0; i < 3; i++) {
        for (const input of [{}, { code: wrongDigits({ desk, key }) }]) {
          outcomes.push(await signIn(desk, input).then(String, (error: { code: string }) => error.code));
        }
      }
      expect(outcomes).toEqual([
        "two_factor_required",
        "invalid_credentials",
        "two_factor_required",
        "invalid_credentials",
        "two_factor_required",
        "rate_limited",
      ]);
    });

    it("is reset by the operator, and a link of theirs asks for no code", async () => {
      const { desk, owner } = await withTwoFactor(openDesk);
      const token = await desk.identity.issueSignInToken(OWNER.email, 60_000);
      await expect(desk.identity.signInWithToken(token, ORIGIN)).resolves.toBeDefined();
      desk.log.length = 0;
      await desk.identity.resetTwoFactor(OWNER.email, OPERATOR, ORIGIN);
      for (const tenant_id of ["acme", "daybook"]) {
        expect(desk.log.filter((event) => event.tenant_id === tenant_id)).toMatchObject([
          { action: "two_factor.disable", actor: OPERATOR, resource: { type: "user", id: owner.user.id } },
        ]);
      }
      await expect(signIn(desk)).resolves.toBeDefined();
      for (const email of [OWNER.email, "nobody@example.com"]) {
        await expect(desk.identity.resetTwoFactor(email, OPERATOR, ORIGIN)).rejects.toMatchObject({
          code: "not_found",
        });
      }
    });

    it("stays on when the operator resets the password, which ends every session", async () => {
      const { desk, owner, recoveryCodes } = await withTwoFactor(openDesk);
      desk.log.length = 0;
      const password = await desk.identity.resetPassword(OWNER.email.toUpperCase(), OPERATOR, ORIGIN);
      for (const tenant_id of ["acme", "daybook"]) {
        expect(desk.log.filter((event) => event.tenant_id === tenant_id)).toMatchObject([
          { action: "auth.password_change", actor: OPERATOR, resource: { type: "user", id: owner.user.id } },
          { action: "session.revoke", actor: OPERATOR, resource: { type: "session", id: owner.sessionId } },
        ]);
      }
      await expect(signIn(desk)).rejects.toMatchObject(WRONG_PASSWORD);
      await expect(signIn(desk, { password })).rejects.toMatchObject({ code: "two_factor_required" });
      await expect(signIn(desk, { password, code: recoveryCodes[0] ?? "" })).resolves.toBeDefined();
      expect(JSON.stringify(desk.log)).not.toContain(password);
    });

    it("is recorded before it is acknowledged, or after a restart", async () => {
      const { desk, owner } = await ownerOf(openDesk);
      const { code, recoveryCodes } = await begin(desk, owner);
      desk.refusal = new Error("the disk is full");
      await expect(confirm(desk, owner, code())).rejects.toMatchObject({ code: "log_unavailable" });
      await expect(signIn(desk, { code: recoveryCodes[0] ?? "" })).rejects.toMatchObject({ code: "log_unavailable" });
      desk.refusal = undefined;
      desk.log.length = 0;
      await desk.reopenAfterClose();
      await desk.identity.deliverPending();
      expect(desk.acts("acme")).toEqual(["two_factor.enable"]);
      expect(await rawRows(desk.location, "recovery_code")).toHaveLength(10);
      await expect(signIn(desk, { code: recoveryCodes[0] ?? "" })).resolves.toBeDefined();
    });

    it("remembers over a restart which code was used", async () => {
      const { desk, code } = await withTwoFactor(openDesk);
      await desk.reopenAfterClose();
      await expect(signIn(desk, { code: code() })).rejects.toMatchObject(WRONG_CODE);
    });
  });
}

const WRONG_PROOF = { code: "invalid_input", errors: [{ pointer: "/code" }] };
const WRONG_PASSWORD = { code: "invalid_credentials", message: "Incorrect e-mail or password." };
const WRONG_CODE = { code: "invalid_credentials", message: "The code is not right, or was used already." };

function signIn(desk: Desk, input: { email?: string; password?: string; code?: string } = {}, from = ORIGIN) {
  return desk.identity.signIn({ email: OWNER.email, password: OWNER.password, ...input }, from);
}

async function ownerOf(openDesk: OpenDesk): Promise<{ desk: Desk; owner: SessionPrincipal }> {
  const desk = await openDesk();
  const owner = await desk.identity.authenticate(await desk.setUp());
  if (owner.type !== "session") throw new Error("set-up gave no session");
  return { desk, owner };
}

async function begin(desk: Desk, owner: SessionPrincipal) {
  const begun = await desk.identity.profile.beginTwoFactor(owner, OWNER.password, ORIGIN);
  const key = fromBase32(begun.secret);
  return { ...begun, key, code: (steps = 0) => totpCode(key, totpStep(desk.nowMs) + steps) };
}

function confirm(desk: Desk, owner: SessionPrincipal, code: string): Promise<void> {
  return desk.identity.profile.confirmTwoFactor(owner, code, ORIGIN);
}

async function withTwoFactor(openDesk: OpenDesk) {
  const { desk, owner } = await ownerOf(openDesk);
  const begun = await begin(desk, owner);
  await confirm(desk, owner, begun.code());
  return { desk, owner, ...begun };
}

/** Six digits that are not a valid code now. */
function wrongDigits({ desk, key }: { desk: Desk; key: Buffer }): string {
  for (let number = 0; ; number++) {
    const digits = String(number).padStart(6, "0");
    if (matchingStep(key, digits, desk.nowMs) === undefined) return digits;
  }
}

function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
