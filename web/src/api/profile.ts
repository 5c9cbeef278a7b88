import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { Session } from "./session.ts";

/** One browser, or program, that is signed in as the person. Times are RFC 3339. */
export interface OpenSession {
  readonly id: string;
  /** The one that asks. */
  readonly current: boolean;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly ip: string | null;
  readonly user_agent: string | null;
}

export const openSessionsQuery = queryOptions({
  queryKey: ["open-sessions"],
  queryFn: async ({ signal }): Promise<readonly OpenSession[]> => {
    const body: { data: OpenSession[] } = await (await request("/v1/profile/sessions", { signal })).json();
    return body.data;
  },
});

export async function renameOneself(name: string): Promise<Session> {
  return (await send("PATCH", "/v1/profile", { name })).json();
}

export async function changePassword(current: string, next: string): Promise<void> {
  await send("POST", "/v1/profile/password", { current_password: current, new_password: next });
}

/** @param id undefined ends every session, the one that asks too. */
export async function endSession(id: string | undefined): Promise<void> {
  await send("DELETE", id === undefined ? "/v1/profile/sessions" : `/v1/profile/sessions/${encodeURIComponent(id)}`);
}

/** What an authenticator app is given; shown once. */
export interface TwoFactorSetup {
  /** Base32. */
  readonly secret: string;
  /** `otpauth://` */
  readonly uri: string;
  readonly recovery_codes: readonly string[];
}

export async function beginTwoFactor(password: string): Promise<TwoFactorSetup> {
  return (await send("POST", "/v1/profile/two-factor", { password })).json();
}

export async function confirmTwoFactor(code: string): Promise<void> {
  await send("POST", "/v1/profile/two-factor/confirm", { code });
}

export async function disableTwoFactor(password: string): Promise<void> {
  await send("DELETE", "/v1/profile/two-factor", { password });
}
