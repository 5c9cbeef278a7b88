import { createHmac, timingSafeEqual } from "node:crypto";
import type { ViewerScope } from "@daybook/sdk";
import { DaybookError } from "../errors.ts";
import type { Keys } from "./keys.ts";
import type { FixedFilter, KeyPrincipal, ViewerPrincipal } from "./principals.ts";
import type { NewViewerToken } from "./viewer-token-contract.ts";

/** How every viewer token begins. */
export const VIEWER_TOKEN_PREFIX = "dbv_";
/** What fits a request's headers everywhere. */
const TOKEN_LENGTH_MAX = 4096;
/** How far the clocks of two nodes may lie apart: a token that was issued later is not ours. */
const CLOCK_SKEW_MS = 60_000;
const VERSION = 1;

/** What a token says; times are milliseconds since the Unix epoch. */
interface Claims {
  readonly v: typeof VERSION;
  readonly organization: string;
  readonly filter: FixedFilter;
  readonly person?: NonNullable<ViewerPrincipal["person"]>;
  readonly scopes?: readonly ViewerScope[];
  readonly key: string;
  readonly issued: number;
  readonly expires: number;
}

/**
 * Tokens that open one organization's log to a host application's own customer for minutes: `dbv_` + claims + `.` + HMAC-SHA-256 over
 * both, base64url. Nothing is stored for them; they end with their time, or as soon as the key that issued them does.
 */
export class ViewerTokens {
  private readonly secret: Buffer;
  private readonly keys: Keys;
  private readonly now: () => number;

  constructor(secret: string, keys: Keys, now: () => number) {
    this.secret = Buffer.from(secret, "base64url");
    this.keys = keys;
    this.now = now;
  }

  /** @throws DaybookError invalid_input when the filter is too long for a token. */
  issue({ organization, filter, person, scopes, validForMs }: NewViewerToken, by: KeyPrincipal) {
    const issued = this.now();
    const expiresAt = issued + validForMs;
    const claims: Claims = {
      v: VERSION,
      organization,
      filter,
      ...(person === undefined ? {} : { person }),
      ...(scopes.length === 0 ? {} : { scopes }),
      key: by.id,
      issued,
      expires: expiresAt,
    };
    const signed = VIEWER_TOKEN_PREFIX + Buffer.from(JSON.stringify(claims), "utf8").toString("base64url");
    const token = `${signed}.${this.mac(signed)}`;
    if (token.length > TOKEN_LENGTH_MAX) {
      throw new DaybookError("invalid_input", "The filter is too long for a token.", {
        errors: [{ pointer: "/filter", message: "is too long for a token" }],
      });
    }
    return { token, expiresAt };
  }

  /** @throws DaybookError unauthenticated, the same for malformed, forged and expired ones, and when its key has ended. */
  async verify(token: string): Promise<ViewerPrincipal> {
    const claims = this.claims(token);
    const now = this.now();
    if (claims === undefined || claims.expires <= now || claims.issued > now + CLOCK_SKEW_MS) throw invalidToken();
    const key = await this.keys.find(claims.key);
    const holds =
      key !== undefined &&
      key.revokedAt === undefined &&
      (key.expiresAt === undefined || key.expiresAt > now) &&
      key.organization === undefined;
    if (!holds) throw invalidToken();
    const { organization, filter, person, scopes = [], expires: expiresAt } = claims;
    return { type: "viewer", organization, filter, person, scopes, key: { id: key.id, name: key.name }, expiresAt };
  }

  private claims(token: string): Claims | undefined {
    const end = token.lastIndexOf(".");
    if (token.length > TOKEN_LENGTH_MAX || end < 0) return undefined;
    const signed = token.slice(0, end);
    // As text: several texts stand for the same bytes, and one token must have one form.
    const mac = Buffer.from(token.slice(end + 1), "utf8");
    const expected = Buffer.from(this.mac(signed), "utf8");
    if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) return undefined;
    const claims = JSON.parse(Buffer.from(signed.slice(VIEWER_TOKEN_PREFIX.length), "base64url").toString()) as Claims;
    return claims.v === VERSION ? claims : undefined;
  }

  private mac(signed: string): string {
    return createHmac("sha256", this.secret).update(signed).digest("base64url");
  }
}

function invalidToken(): DaybookError {
  return new DaybookError("unauthenticated", "The viewer token is not valid or has expired.");
}
