import type { SessionPrincipal } from "./principals.ts";

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** Of the second factor: six digits, or a recovery code. Not looked at where there is none. */
  readonly code?: string | undefined;
}

export interface SignedIn {
  readonly principal: SessionPrincipal;
  /** Set-Cookie header values. */
  readonly setCookies: string[];
}
