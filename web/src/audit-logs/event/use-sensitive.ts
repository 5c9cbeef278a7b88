import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { organizationQuery } from "../../api/organizations.ts";
import { actionTest } from "../../text/action-list.ts";
import { useLogAccess } from "../log-access.ts";

const NONE: readonly string[] = [];

/** The actions and families that the organization watches; none until they are known. */
export function useSensitiveActions(): readonly string[] {
  const { organization } = useLogAccess();
  const given = organization.sensitive_actions;
  const { data } = useQuery({ ...organizationQuery(organization.id), enabled: given === undefined });
  return given ?? data?.sensitive_actions ?? NONE;
}

/** Whether an action is one of them. */
export function useIsSensitive(): (action: string) => boolean {
  const actions = useSensitiveActions();
  return useMemo(() => actionTest(actions), [actions]);
}
