import { useLogAccess } from "../audit-logs/log-access.ts";
import type { Open, PageTools } from "../audit-logs/use-page-tools.ts";
import { may } from "../shell/permissions.ts";
import { useLastSignOff } from "./last-sign-off-context.ts";
import { useOpenSignOff } from "./use-open-sign-off.ts";

/** Signing off as a step of something longer: undefined for who signs nothing off, as nobody does through a viewer token. */
export function useSignOffStep(tools: PageTools): { open: Open | undefined; done: boolean } | undefined {
  const access = useLogAccess();
  const open = useOpenSignOff(tools);
  const { query } = useLastSignOff();
  if (access.member === undefined || !may(access, "audit_log.review")) return undefined;
  return { open, done: query !== undefined && query === tools.query?.toString() };
}
