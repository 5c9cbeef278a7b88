import { queryOptions } from "@tanstack/react-query";
import { request, send } from "./request.ts";
import type { ColumnLayout, OwnSession, Session, TwoFactorSecret } from "./schema.ts";

export type { ColumnLayout, OwnSession, TwoFactorSecret };

export const openSessionsQuery = queryOptions({
  queryKey: ["open-sessions"],
  queryFn: async ({ signal }): Promise<readonly OwnSession[]> => {
    const body: { data: OwnSession[] } = await (await request("/v1/profile/sessions", { signal })).json();
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

export async function dismissPasswordGuessing(): Promise<void> {
  await send("DELETE", "/v1/profile/password-guessing");
}

/** @param layout null for the table as it comes. */
export async function keepColumnLayout(layout: ColumnLayout | null): Promise<void> {
  if (layout === null) await send("DELETE", "/v1/profile/columns");
  else await send("PUT", "/v1/profile/columns", layout);
}

export async function beginTwoFactor(password: string): Promise<TwoFactorSecret> {
  return (await send("POST", "/v1/profile/two-factor", { password })).json();
}

export async function confirmTwoFactor(code: string): Promise<void> {
  await send("POST", "/v1/profile/two-factor/confirm", { code });
}

export async function disableTwoFactor(password: string): Promise<void> {
  await send("DELETE", "/v1/profile/two-factor", { password });
}
