import { readCookie, setCookie } from "./cookies.ts";
import { noteActivity } from "./person-state.ts";
import type { Origin, SessionPrincipal } from "./principals.ts";
import { hashSecret, newSecret } from "./secrets.ts";
import type { Change, Store } from "./store.ts";
import { PLATFORM_ORGANIZATION, ROLES, type Role } from "./vocabulary.ts";

/** A session ends when it was not used for this long… */
export const SESSION_IDLE_MS = 12 * 60 * 60 * 1000;
/** …and at the latest this long after its sign-in. */
export const SESSION_MAX_MS = 7 * 24 * 60 * 60 * 1000;
/** Use is noted at most this often, so that reading a page does not write. */
const TOUCH_EVERY_MS = 5 * 60 * 1000;

const COOKIE = "__Host-daybook_session";

export function sessionCookie(token: string): string {
  return setCookie(COOKIE, token, SESSION_MAX_MS);
}

export const CLEARED_SESSION_COOKIE = setCookie(COOKIE, "", 0);

/** The session token of a request, or undefined. */
export function sessionToken(headers: Headers): string | undefined {
  return readCookie(headers, COOKIE);
}

/**
 * Sessions are better-auth's rows, with one difference: their `token` is the hash of what the cookie holds, so that who reads
 * the database (a backup, a replica) cannot take a session over.
 */
export class Sessions {
  private readonly store: Store;
  private readonly now: () => number;
  private readonly report: (error: unknown) => void;

  constructor(store: Store, now: () => number, report: (error: unknown) => void) {
    this.store = store;
    this.now = now;
    this.report = report;
  }

  /** Starts a session within a change, and forgets those of the person that have run out. The token is for the cookie and is known nowhere else. */
  async start(change: Change, userId: string, origin: Origin): Promise<{ id: string; token: string }> {
    const token = newSecret();
    const now = this.now();
    const ended = new Date(now).toISOString();
    await change.db.deleteFrom("session").where("userId", "=", userId).where("expiresAt", "<=", ended).execute();
    const session = await change.auth.createSession(
      userId,
      false,
      {
        token: hashSecret(token),
        ipAddress: origin.ip ?? "",
        userAgent: origin.userAgent ?? "",
        createdAt: new Date(now),
        updatedAt: new Date(now),
        expiresAt: new Date(now + SESSION_IDLE_MS),
      },
      true,
    );
    await noteActivity(change.db, userId, now);
    return { id: session.id, token };
  }

  /** Who a session token belongs to, by the database as it is now; undefined when there is no such session, or it has ended. */
  async find(token: string): Promise<SessionPrincipal | undefined> {
    const hash = hashSecret(token);
    const found = await this.store.auth.findSession(hash);
    if (found === null) return undefined;
    const { session, user } = found;
    const now = this.now();
    const expiresIn = session.expiresAt.getTime() - now;
    // No session lasts longer: this one began while the clock was ahead.
    if (expiresIn <= 0 || expiresIn > SESSION_MAX_MS) return undefined;
    if (now - session.updatedAt.getTime() >= TOUCH_EVERY_MS) {
      await this.touch(hash, user.id, now, session.createdAt.getTime() + SESSION_MAX_MS);
    }
    return {
      type: "session",
      sessionId: session.id,
      user: { id: user.id, name: user.name, email: user.email },
      memberships: await memberships(this.store, user.id),
    };
  }

  private async touch(hash: string, userId: string, now: number, expiresAtMax: number): Promise<void> {
    const expiresAt = new Date(Math.min(now + SESSION_IDLE_MS, expiresAtMax));
    try {
      await this.store.auth.updateSession(hash, { expiresAt, updatedAt: new Date(now) });
      await noteActivity(this.store.db, userId, now);
    } catch (error) {
      // A full disk must not keep anybody from reading: the session then ends as if it had not been used.
      this.report(error);
    }
  }
}

/** Ends the session of a token within a change. @returns whose it was, or undefined when there was none. */
export async function endSession(change: Change, token: string): Promise<{ id: string; userId: string } | undefined> {
  return change.db
    .deleteFrom("session")
    .where("token", "=", hashSecret(token))
    .returning(["id", "userId"])
    .executeTakeFirst();
}

/** The organizations of a person by name, the platform last: what people come for is their own. */
export async function memberships(
  { db }: Pick<Store, "db"> | Change,
  userId: string,
): Promise<SessionPrincipal["memberships"]> {
  const rows = await db
    .selectFrom("member")
    .innerJoin("organization", "organization.id", "member.organizationId")
    .select([
      "organization.id as organization",
      "organization.name as name",
      "member.role as role",
      "organization.time_zone as timeZone",
      "organization.office_hours as officeHours",
      "organization.review_due as reviewDue",
    ])
    .where("member.userId", "=", userId)
    .orderBy("organization.name")
    .orderBy("organization.id")
    .execute();
  const isPlatform = (row: { organization: string }) => Number(row.organization === PLATFORM_ORGANIZATION);
  return rows.sort((a, b) => isPlatform(a) - isPlatform(b)).map((row) => ({ ...row, role: roleOf(row.role) }));
}

export function roleOf(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role === undefined)
    throw new Error(`the identity database holds a role that this program does not know: ${text}`);
  return role;
}
