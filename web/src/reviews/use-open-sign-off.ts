import { useLogAccess } from "../audit-logs/log-access.ts";
import type { Open, PageTools } from "../audit-logs/use-page-tools.ts";
import { may } from "../shell/permissions.ts";

/** The name of the dialog. */
export const SIGN_OFF = "sign_off";

/** Undefined where one cannot, or there is nothing to sign off. */
export function useOpenSignOff({ open, position, query }: PageTools): Open | undefined {
  const access = useLogAccess();
  const able = access.member !== undefined && may(access, "audit_log.review");
  return able && position !== undefined && query !== undefined ? (from) => open(SIGN_OFF, from) : undefined;
}
