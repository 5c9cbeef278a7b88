import type { ColumnLayout } from "./column-layout.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";

/** A session as its owner can see it. Times are milliseconds since the Unix epoch. */
export interface SessionInfo {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: number;
  /** At most five minutes behind. */
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  /** From where it was started. */
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** Somebody guesses a person's password, slowly enough to stay below every limit. */
export interface PasswordGuessing {
  /** Milliseconds since the Unix epoch. */
  readonly noticedAt: number;
  /** From how many networks, and how many wrong passwords, within seven days. */
  readonly networks: number;
  readonly failures: number;
}

/** Shown once: the secret is stored encrypted, the codes hashed. */
export interface TwoFactorSecret {
  /** RFC 4648 base32, to be typed where no QR code can be read. */
  readonly secret: string;
  /** `otpauth://`, for a QR code. */
  readonly uri: string;
  readonly recoveryCodes: readonly string[];
}

/**
 * Passwords that are asked for once more are throttled as in a sign-in (rate_limited), and a wrong one is answered as invalid_input with
 * its pointer. Ending sessions takes effect also while the log refuses events.
 */
export interface OwnProfile {
  hasTwoFactor(userId: string): Promise<boolean>;
  /** Undefined when nothing was noticed, or they have dismissed it. */
  passwordGuessing(userId: string): Promise<PasswordGuessing | undefined>;
  dismissPasswordGuessing(principal: SessionPrincipal): Promise<void>;
  /** How they want the table of the Audit Logs page; undefined as it comes. */
  columnLayout(userId: string): Promise<ColumnLayout | undefined>;
  keepColumnLayout(principal: SessionPrincipal, layout: ColumnLayout | undefined): Promise<void>;
  /** @throws DaybookError invalid_input */
  rename(principal: SessionPrincipal, input: { name: string }, origin: Origin): Promise<SessionPrincipal>;
  /** Ends every other session. @throws DaybookError invalid_input, rate_limited */
  changePassword(
    principal: SessionPrincipal,
    input: { current_password: string; new_password: string },
    origin: Origin,
  ): Promise<void>;
  /** Those that have not ended: the current one first, then by last use. */
  sessions(principal: SessionPrincipal): Promise<SessionInfo[]>;
  /** @throws DaybookError not_found, also for another person's */
  endSession(principal: SessionPrincipal, id: string, origin: Origin): Promise<{ setCookies: string[] }>;
  /** This one too. */
  endAllSessions(principal: SessionPrincipal, origin: Origin): Promise<{ setCookies: string[] }>;
  /** A new secret in place of one that was begun; off until confirmed. @throws DaybookError invalid_input, two_factor_enabled, rate_limited */
  beginTwoFactor(principal: SessionPrincipal, password: string, origin: Origin): Promise<TwoFactorSecret>;
  /** @throws DaybookError invalid_input, not_found when nothing was begun, two_factor_enabled, rate_limited */
  confirmTwoFactor(principal: SessionPrincipal, code: string, origin: Origin): Promise<void>;
  /** Does nothing when it is off. @throws DaybookError invalid_input, rate_limited */
  disableTwoFactor(principal: SessionPrincipal, password: string, origin: Origin): Promise<void>;
}
