import { meaningOf } from "@daybook/sdk/filters";
import { getRouteApi } from "@tanstack/react-router";
import { ListFilter } from "lucide-react";
import { useMemo } from "react";
import type { Viewer } from "../api/viewer.ts";
import { LogAccessProvider } from "../audit-logs/access.ts";
import { AuditLogs } from "../audit-logs/audit-logs.tsx";
import { type FilterName, filterLabel } from "../audit-logs/filters/filters.ts";
import { SLOTS } from "../pages/audit-logs/slots.ts";
import { Banner } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { type Viewed, Viewing } from "./viewing.tsx";

const route = getRouteApi("/embed");

/** The Audit Logs page alone, for a frame in another application. */
export function EmbedPage() {
  const { viewerToken } = route.useRouteContext();
  return (
    <Viewing title="Audit Logs" what="audit logs" viewerToken={viewerToken}>
      {(viewed) => <Opened {...viewed} />}
    </Viewing>
  );
}

function Opened({ viewer, request, ordinal, onOver }: Viewed) {
  const { organization, permissions, filter } = viewer;
  const access = useMemo(
    () => ({ organization, permissions, fixed: filter, request, key: `viewer ${ordinal}`, onOver }),
    [organization, permissions, filter, request, ordinal, onOver],
  );
  return (
    <LogAccessProvider value={access}>
      <AuditLogs
        slots={SLOTS}
        key={organization.id}
        intro={
          <span className="[overflow-wrap:anywhere]">
            Activity and changes in <VisibleText value={organization.name} />.
          </span>
        }
        notice={<FixedFilter filter={filter} />}
      />
    </LogAccessProvider>
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
