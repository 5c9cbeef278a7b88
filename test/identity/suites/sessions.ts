import { describe, expect, it } from "vitest";
import { SESSION_IDLE_MS, SESSION_MAX_MS } from "../../../src/identity/sessions.ts";
import { cookieHeaders, type OpenDesk, ORIGIN, OWNER, rawRows } from "../fixture.ts";

const MINUTE = 60_000;

export function sessionSuite(openDesk: OpenDesk): void {
  describe("a session", () => {
    it("is known by its cookie alone, of which the database has only the hash", async () => {
      const desk = await openDesk();
      const cookie = await desk.setUp();
      const principal = await desk.identity.authenticate(cookie);
      expect(principal).toMatchObject({ type: "session", user: { email: OWNER.email } });
      const token = /session=([^;]+)/.exec(cookie.get("cookie") ?? "")?.[1];
      expect(token).toHaveLength(43);
      expect(JSON.stringify(await rawRows(desk.location, "session"))).not.toContain(token);
      const tampered = new Headers({ cookie: (cookie.get("cookie") ?? "").replace(";", "x;") });
      await expect(desk.identity.authenticate(tampered)).rejects.toMatchObject({ code: "unauthenticated" });
      await expect(desk.identity.authenticate(new Headers())).rejects.toMatchObject({ code: "unauthenticated" });
    });

    it("has a cookie for this host alone, over TLS, out of reach of scripts and other sites", async () => {
      const desk = await openDesk();
      const token = await desk.identity.issueSetupToken();
      const { setCookies } = await desk.setUpWith(token);
      expect(setCookies.map((cookie) => cookie.split("=")[0])).toEqual([
        "__Host-daybook_session",
        "__Host-daybook_browser",
      ]);
      const [nameAndValue, ...attributes] = setCookies[0]?.split("; ") ?? [];
      expect(nameAndValue).toMatch(/^__Host-daybook_session=[A-Za-z0-9_-]{43}$/);
      expect(attributes.sort()).toEqual(["HttpOnly", "Max-Age=604800", "Path=/", "SameSite=Strict", "Secure"]);
    });

    it("ends at sign-out for the next request, also while the log refuses events", async () => {
      const desk = await openDesk();
      const cookie = await desk.setUp();
      await expect(desk.identity.authenticate(cookie)).resolves.toBeDefined();
      desk.refusal = new Error("the disk is full");
      await expect(desk.identity.signOut(cookie, ORIGIN)).rejects.toMatchObject({ code: "log_unavailable" });
      await expect(desk.identity.authenticate(cookie)).rejects.toMatchObject({ code: "unauthenticated" });
      const { setCookies } = await desk.identity.signOut(cookie, ORIGIN);
      expect(setCookies[0]).toMatch(/^__Host-daybook_session=;.*Max-Age=0$/);
    });

    it("is replaced at the next sign-in from the same browser", async () => {
      const desk = await openDesk();
      const first = await desk.setUp();
      desk.log.length = 0;
      const second = cookieHeaders((await desk.identity.signIn(credentials(), ORIGIN, first)).setCookies);
      await expect(desk.identity.authenticate(first)).rejects.toMatchObject({ code: "unauthenticated" });
      await expect(desk.identity.authenticate(second)).resolves.toBeDefined();
      expect(desk.acts("acme")).toEqual(["auth.login"]);
    });

    it("ends when it was not used for long, and a while after sign-in however much it is used", async () => {
      const desk = await openDesk();
      const cookie = await desk.setUp();
      const startedAt = desk.nowMs;
      for (; desk.nowMs < startedAt + SESSION_MAX_MS; desk.nowMs += SESSION_IDLE_MS - MINUTE) {
        await expect(desk.identity.authenticate(cookie)).resolves.toBeDefined();
      }
      await expect(desk.identity.authenticate(cookie)).rejects.toMatchObject({ code: "unauthenticated" });

      expect(await rawRows(desk.location, "session")).toHaveLength(1);
      const other = cookieHeaders((await desk.identity.signIn(credentials(), ORIGIN)).setCookies);
      expect(await rawRows(desk.location, "session")).toHaveLength(1);
      desk.nowMs += SESSION_IDLE_MS;
      await expect(desk.identity.authenticate(other)).rejects.toMatchObject({ code: "unauthenticated" });
    });
  });
}

function credentials() {
  return { email: OWNER.email, password: OWNER.password };
}
