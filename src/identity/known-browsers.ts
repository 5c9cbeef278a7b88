import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readCookie, setCookie } from "./cookies.ts";

const COOKIE = "__Host-daybook_browser";
const VALID_MS = 180 * 24 * 60 * 60 * 1000;

/**
 * Browsers in which somebody has signed in before. Each keeps a signed cookie, which proves that to the same account alone. Such a
 * browser is served first and counted by itself: a flood of strangers cannot keep its owner out, even from their own network. It signs nobody in.
 *
 * The cookie is `<id>.<when>.<signature>`, and the signature covers the e-mail: it says nothing of whose it is.
 */
export class KnownBrowsers {
  private readonly secret: string;
  private readonly now: () => number;

  constructor(secret: string, now: () => number) {
    this.secret = secret;
    this.now = now;
  }

  /** Set-Cookie for a browser in which somebody has just signed in. */
  cookieFor(email: string): string {
    const claim = `${randomBytes(16).toString("base64url")}.${this.now()}`;
    return setCookie(COOKIE, `${claim}.${this.sign(claim, email).toString("base64url")}`, VALID_MS);
  }

  /** @returns the browser's id, or undefined when it cannot prove an earlier sign-in to this account. */
  recognize(headers: Headers, email: string): string | undefined {
    const match = /^(([\w-]{22})\.(\d{1,16}))\.([\w-]{43})$/.exec(readCookie(headers, COOKIE) ?? "");
    if (match === null) return undefined;
    const [, claim, id, signedIn, signature] = match as unknown as [string, string, string, string, string];
    const age = this.now() - Number(signedIn);
    if (age < 0 || age > VALID_MS) return undefined;
    return timingSafeEqual(this.sign(claim, email), Buffer.from(signature, "base64url")) ? id : undefined;
  }

  private sign(claim: string, email: string): Buffer {
    const account = email.normalize("NFC").toLowerCase();
    return createHmac("sha256", this.secret).update(`${claim}\n${account}`).digest();
  }
}
