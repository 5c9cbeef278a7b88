import { createHook } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { cookieHeaders, type Desk, type OpenDesk, ORIGIN, OWNER } from "../fixture.ts";

const CREDENTIALS = { email: OWNER.email, password: OWNER.password };
const WRONG = { email: OWNER.email, password: "not the password" };
const UNKNOWN = { email: "somebody@elsewhere.example", password: "not the password" };

export function signInSuite(openDesk: OpenDesk): void {
  describe("sign-in", () => {
    it("records success, failure with its reason, and sign-out in each organization of the person", async () => {
      const desk = await openDesk();
      await desk.setUp();
      desk.log.length = 0;
      await expect(desk.identity.signIn(WRONG, ORIGIN)).rejects.toMatchObject({ code: "invalid_credentials" });
      const { setCookies, principal } = await desk.identity.signIn(
        { ...CREDENTIALS, email: " ADA@example.com " },
        ORIGIN,
      );
      await desk.identity.signOut(cookieHeaders(setCookies), ORIGIN);
      for (const organization of ["acme", "daybook"]) {
        expect(desk.acts(organization)).toEqual(["auth.login failure", "auth.login", "auth.logout"]);
      }
      const [failure] = desk.log;
      expect(failure).toMatchObject({ actor: { id: principal.user.id }, metadata: { reason: "wrong_password" } });
      expect(desk.log.at(-1)?.context?.session_id).toBe(principal.sessionId);
      expect(JSON.stringify(desk.log)).not.toContain(WRONG.password);
    });

    it("answers an unknown address as a wrong password, after the same hashing, and keeps it masked", async () => {
      const desk = await openDesk();
      await desk.setUp();
      await refusalOf(desk, UNKNOWN);
      desk.log.length = 0;
      const wrong = await countingHashes(() => refusalOf(desk, WRONG));
      const unknown = await countingHashes(() => refusalOf(desk, UNKNOWN));
      expect(unknown).toEqual(wrong);
      expect(wrong.hashes).toBe(1);

      await refusalOf(desk, { email: "hunter2 is my secret", password: "x" });
      const [, , masked, unmaskable] = desk.log;
      expect(masked).toMatchObject({
        tenant_id: "daybook",
        actor: { type: "anonymous" },
        outcome: "failure",
        metadata: { reason: "unknown_email", email: "s***@e***.example" },
      });
      expect(unmaskable?.metadata).toEqual({ reason: "unknown_email" });
      expect(JSON.stringify(desk.log)).not.toMatch(/hunter2|somebody|elsewhere/);
    });

    it("slows one address down for one account, records that once, and leaves the owner elsewhere alone", async () => {
      const desk = await openDesk();
      await desk.setUp();
      desk.log.length = 0;
      for (let i = 0; i < 5; i++) await refusalOf(desk, UNKNOWN);
      const before = desk.log.length;
      for (let i = 0; i < 20; i++) {
        const hashing = await countingHashes(() => refusalOf(desk, UNKNOWN));
        expect(hashing).toMatchObject({ hashes: 0, refusal: { code: "rate_limited" } });
        expect(hashing.refusal.retryAfterSeconds).toBeGreaterThan(0);
      }
      expect(desk.log.slice(before)).toMatchObject([
        { tenant_id: "daybook", action: "auth.login", outcome: "failure", metadata: { reason: "rate_limited" } },
      ]);
      await expect(desk.identity.signIn(CREDENTIALS, ORIGIN)).resolves.toBeDefined();
    });

    it("notices slow guessing from five networks, records it once, and shows it to the owner until dismissed", async () => {
      const desk = await openDesk();
      await desk.setUp();
      const { principal, setCookies } = await desk.identity.signIn(CREDENTIALS, ORIGIN);
      const { profile } = desk.identity;
      desk.log.length = 0;
      const guess = async (network: number, headers?: Headers) => {
        const from = { ...ORIGIN, ip: `203.0.${network}.9` };
        await expect(desk.identity.signIn(WRONG, from, headers)).rejects.toMatchObject({ code: "invalid_credentials" });
      };
      const events = () => desk.log.filter(({ action }) => action === "auth.password_guessing");

      for (let network = 0; network < 5; network++) await guess(network, cookieHeaders(setCookies));
      for (let network = 0; network < 4; network++) await guess(network);
      desk.nowMs += 8 * 24 * 60 * 60 * 1000;
      for (let network = 0; network < 4; network++) await guess(network);
      await guess(3);
      expect([events(), await profile.passwordGuessing(principal.user.id)]).toEqual([[], undefined]);
      await guess(4);
      await guess(5);
      expect(events()).toMatchObject(
        ["acme", "daybook"].map((tenant_id) => ({
          tenant_id,
          outcome: "failure",
          actor: { type: "system" },
          resource: { id: principal.user.id },
          metadata: { failures: 6, networks: 5 },
        })),
      );
      expect(await profile.passwordGuessing(principal.user.id)).toEqual({
        noticedAt: desk.nowMs,
        networks: 6,
        failures: 7,
      });
      await profile.dismissPasswordGuessing(principal);
      await guess(6);
      expect(await profile.passwordGuessing(principal.user.id)).toBeUndefined();
    });

    it("takes a link's token once, also of two at the same time, and not after its time", async () => {
      const desk = await openDesk();
      await desk.setUp();
      const token = await desk.identity.issueSignInToken(OWNER.email, 60_000);
      const outcomes = await Promise.allSettled([1, 2].map(() => desk.identity.signInWithToken(token, ORIGIN)));
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(["fulfilled", "rejected"]);
      await expect(desk.identity.signInWithToken(token, ORIGIN)).rejects.toMatchObject({ code: "invalid_token" });

      const late = await desk.identity.issueSignInToken(OWNER.email, 60_000);
      desk.nowMs += 60_000;
      await expect(desk.identity.signInWithToken(late, ORIGIN)).rejects.toMatchObject({ code: "invalid_token" });
      expect(desk.log.at(-1)).toMatchObject({ tenant_id: "daybook", metadata: { reason: "invalid_link" } });
      await expect(desk.identity.issueSignInToken("nobody@example.com", 1)).rejects.toMatchObject({
        code: "not_found",
      });
    });

    it("does not take a set-up token for a sign-in token", async () => {
      const desk = await openDesk();
      const token = await desk.identity.issueSetupToken();
      await expect(desk.identity.signInWithToken(token, ORIGIN)).rejects.toMatchObject({ code: "invalid_token" });
      await expect(desk.setUpWith(token)).resolves.toBeDefined();
    });
  });
}

interface Refusal {
  code: string;
  message: string;
  retryAfterSeconds: number | undefined;
}

async function refusalOf(desk: Desk, input: { email: string; password: string }): Promise<{ refusal: Refusal }> {
  try {
    await desk.identity.signIn(input, ORIGIN);
  } catch (error) {
    const { code, message, retryAfterSeconds } = error as Refusal;
    return { refusal: { code, message, retryAfterSeconds } };
  }
  throw new Error("the sign-in was expected to fail");
}

/** Counts the scrypt jobs that Node hands to its thread pool. */
async function countingHashes<T>(work: () => Promise<T>): Promise<T & { hashes: number }> {
  let hashes = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === "SCRYPTREQUEST") hashes++;
    },
  }).enable();
  const result = await work().finally(() => hook.disable());
  return { ...result, hashes };
}
