import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Suspense, useCallback, useMemo } from "react";
import { type ColumnLayout, keepColumnLayout } from "../api/profile.ts";
import { request } from "../api/request.ts";
import { sessionQuery } from "../api/session.ts";
import { AuditLogs } from "../audit-logs/audit-logs.tsx";
import { LogAccessProvider } from "../audit-logs/log-access.ts";
import { READING } from "../audit-logs/read-permission.ts";
import { lazyPart } from "../shell/lazy-part.tsx";
import { OrganizationBreadcrumb, PageHeader } from "../shell/page-header.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { may } from "../shell/permissions.ts";
import { type CurrentOrganization, useOrganization, useSession, useSessionOver } from "../shell/session.ts";
import { useSwitchOrganization } from "../shell/switch-organization.ts";
import { Card } from "../ui/card.tsx";
import { SLOTS } from "./slots.ts";

const NoOrganization = lazyPart(() => import("../shell/no-organization.tsx"));
const NoPermission = lazyPart(() => import("../shell/no-permission.tsx"));
const INTRO = "Review system activity and changes for compliance and security monitoring.";

/** The page in the console, for who is signed in. */
export function AuditLogsPage() {
  const organization = useOrganization();
  return (
    <>
      <PageTitle>Audit Logs</PageTitle>
      {organization === undefined ? (
        <Suspense>
          <NoOrganization heading="h1" />
        </Suspense>
      ) : (
        <OfOrganization key={organization.id} organization={organization} />
      )}
    </>
  );
}

function OfOrganization({ organization }: { organization: CurrentOrganization }) {
  const onOver = useSessionOver();
  const { user, organizations } = useSession();
  const switchTo = useSwitchOrganization();
  const queries = useQueryClient();
  const columns = useMemo(
    () => ({
      kept: user.columns,
      keep: async (layout: ColumnLayout | null) => {
        await keepColumnLayout(layout);
        queries.setQueryData(sessionQuery.queryKey, (before) =>
          before?.user ? { ...before, user: { ...before.user, columns: layout } } : before,
        );
      },
    }),
    [user, queries],
  );
  const access = useMemo(
    () => ({
      organization,
      permissions: organization.permissions,
      request,
      key: "session",
      permalinks: true,
      columns,
      ...(!organization.visited && { member: user }),
      console: { organizations, switchTo },
      onOver,
    }),
    [organization, organizations, user, columns, switchTo, onOver],
  );
  const navigate = useNavigate();
  const onTenant = useCallback(
    (org: string) => void navigate({ to: ".", search: (all) => ({ ...all, org }) }),
    [navigate],
  );
  const several = organizations.length > 1;
  const breadcrumb = <OrganizationBreadcrumb page="Audit Logs" />;
  if (!may(access, "audit_log.read")) {
    return (
      <div className="flex flex-col gap-4">
        <PageHeader breadcrumb={breadcrumb} title="Audit Logs" intro={INTRO} />
        <Card className="max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0">
          <Suspense>
            <NoPermission organization={organization} {...READING} />
          </Suspense>
        </Card>
      </div>
    );
  }
  return (
    <LogAccessProvider value={access}>
      <AuditLogs slots={SLOTS} intro={INTRO} breadcrumb={breadcrumb} onTenant={several ? onTenant : undefined} />
    </LogAccessProvider>
  );
}
