import { meaningOf } from "@daybook/sdk/filters";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Clock, KeyRound, ListFilter } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { asProblem } from "../api/problem.ts";
import { requestWith } from "../api/request.ts";
import { fetchViewer, type Viewer } from "../api/viewer.ts";
import { LogAccessProvider } from "../audit-logs/access.ts";
import { type FilterName, filterLabel } from "../audit-logs/filters/filters.ts";
import { AuditLogs } from "../audit-logs/page.tsx";
import { SLOTS } from "../pages/audit-logs/slots.ts";
import { LoadFailure } from "../shell/failure.tsx";
import { PageTitle } from "../shell/page-title.tsx";
import { Card } from "../ui/card.tsx";
import { Banner, Notice } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import type { ViewerToken } from "./token.ts";

const route = getRouteApi("/embed");

/** The Audit Logs page alone, for a frame in another application: a viewer token is all it has. */
export function EmbedPage() {
  const { viewerToken } = route.useRouteContext();
  return (
    <main className="mx-auto w-full max-w-[1600px] px-6 py-5 max-lg:px-4">
      <PageTitle>Audit Logs</PageTitle>
      {viewerToken === undefined ? (
        <Instead>
          <Notice heading="h1" icon={KeyRound} title="These audit logs open inside another application">
            <p className="mt-2 text-pretty text-muted-foreground">
              The application that shows this page did not say whose logs to show. Load its page again, or contact
              support.
            </p>
          </Notice>
        </Instead>
      ) : (
        <Opened viewerToken={viewerToken} />
      )}
    </main>
  );
}

function Instead({ children }: { children: ReactNode }) {
  return <Card>{children}</Card>;
}

function Opened({ viewerToken: { token, ordinal } }: { viewerToken: ViewerToken }) {
  const request = useMemo(() => requestWith(token), [token]);
  /** The token of which an answer said that it is over. */
  const [overOrdinal, setOverOrdinal] = useState<number>();
  const viewer = useQuery({
    queryKey: ["viewer", ordinal],
    queryFn: ({ signal }) => fetchViewer(request, signal),
    staleTime: Number.POSITIVE_INFINITY,
    // What is shown stays while a new token is being looked up.
    placeholderData: (before) => before,
  });
  const { data, error, refetch } = viewer;
  const access = useMemo(
    () =>
      data && {
        organization: data.organization,
        permissions: data.permissions,
        fixed: data.filter,
        request,
        key: `viewer ${ordinal}`,
        onOver: () => setOverOrdinal(ordinal),
      },
    [data, request, ordinal],
  );
  if (overOrdinal === ordinal || asProblem(error)?.code === "unauthenticated") return <Expired />;
  if (error) {
    return (
      <Instead>
        <LoadFailure what="The audit logs" error={error} onRetry={() => void refetch()} kept={false} />
      </Instead>
    );
  }
  if (access === undefined || data === undefined) return <Skeleton />;
  return (
    <LogAccessProvider value={access}>
      <AuditLogs
        slots={SLOTS}
        key={data.organization.id}
        intro={
          <span className="[overflow-wrap:anywhere]">
            Activity and changes in <VisibleText value={data.organization.name} />.
          </span>
        }
        notice={<FixedFilter filter={data.filter} />}
      />
    </LogAccessProvider>
  );
}

function Skeleton() {
  return (
    <div aria-busy className="flex flex-col gap-5">
      <span role="status" className="sr-only">
        Loading audit logs
      </span>
      {["h-6 w-40", "h-24 w-full", "h-96 w-full"].map((size) => (
        <span key={size} className={`block animate-breathe rounded-xl bg-accent ${size}`} />
      ))}
    </div>
  );
}

function Expired() {
  return (
    <Instead>
      <Notice heading="h1" icon={Clock} title="This view has expired" role="alert">
        <p className="mt-2 text-pretty text-muted-foreground">
          Views of these logs are opened for some minutes at a time. Load the page again to go on; your filters stay.
        </p>
      </Notice>
    </Instead>
  );
}

/** What is left out is called by what it is, and so said. */
function nameOf(name: string): string {
  const meaning = meaningOf(name);
  if (meaning === undefined) return name === "tz" ? "Time zone" : name;
  return `${filterLabel(name as FilterName)}${meaning.exclude ? " not" : ""}`;
}

/** What the host application fixed: said, so that nobody takes a part for the whole. */
function FixedFilter({ filter }: Pick<Viewer, "filter">) {
  const parts = Object.entries(filter ?? {}).filter(([, value]) => value.length > 0);
  if (parts.length === 0) return null;
  return (
    <Banner tone="neutral" icon={ListFilter}>
      This view is limited to{" "}
      {parts.map(([name, value], place) => (
        <span key={name} className="[overflow-wrap:anywhere]">
          {place > 0 && "; "}
          {nameOf(name)}:{" "}
          <strong className="font-medium">
            <VisibleText value={[value].flat().join(", ")} />
          </strong>
        </span>
      ))}
      .
    </Banner>
  );
}
