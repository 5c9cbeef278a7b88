import { meaningOf } from "@daybook/sdk/filters";
import { getRouteApi } from "@tanstack/react-router";
import { ListFilter } from "lucide-react";
import { useMemo } from "react";
import type { Viewer } from "../api/viewer.ts";
import { AuditLogs } from "../audit-logs/audit-logs.tsx";
import { type FilterName, filterLabel } from "../audit-logs/filters/filters.ts";
import { LogAccessProvider } from "../audit-logs/log-access.ts";
import { SLOTS } from "../audit-logs-page/slots.ts";
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

interface FixedPart {
  readonly name: string;
  readonly label: string;
  readonly values: string;
}

/** Everything about signing in and out, as an action filter leaves it out. */
const NO_SIGN_INS = "-auth.*";

interface FixedParts {
  readonly shown: readonly FixedPart[];
  /** Apart from sign-ins, which have words of their own. */
  readonly hidden: readonly FixedPart[];
  readonly hidesSignIns: boolean;
}

/** What must be there and what is hidden, each by its own words: of actions one filter holds both. */
function partsOf(filter: Viewer["filter"]): FixedParts {
  const shown: FixedPart[] = [];
  const hidden: FixedPart[] = [];
  for (const [name, value] of Object.entries(filter ?? {})) {
    const meaning = meaningOf(name);
    const label = meaning === undefined ? (name === "tz" ? "Time zone" : name) : filterLabel(name as FilterName);
    const all = [value].flat().filter((one) => name !== "action" || one !== NO_SIGN_INS);
    const excluded = meaning?.exclude ? all : name === "action" ? all.filter((one) => one.startsWith("-")) : [];
    const wanted = all.filter((one) => !excluded.includes(one));
    if (wanted.length > 0) shown.push({ name, label, values: wanted.join(", ") });
    if (excluded.length > 0) {
      hidden.push({ name, label, values: excluded.map((one) => (name === "action" ? one.slice(1) : one)).join(", ") });
    }
  }
  return { shown, hidden, hidesSignIns: [filter?.action].flat().includes(NO_SIGN_INS) };
}

function Parts({ parts }: { parts: readonly FixedPart[] }) {
  return parts.map(({ name, label, values }, place) => (
    <span key={name} className="[overflow-wrap:anywhere]">
      {place > 0 && "; "}
      {label}:{" "}
      <strong className="font-medium">
        <VisibleText value={values} />
      </strong>
    </span>
  ));
}

/** What the host application fixed: said, so that nobody takes a part for the whole. */
function FixedFilter({ filter }: Pick<Viewer, "filter">) {
  const { shown, hidden, hidesSignIns } = partsOf(filter);
  if (shown.length + hidden.length === 0 && !hidesSignIns) return null;
  return (
    <Banner tone="neutral" icon={ListFilter}>
      {shown.length > 0 && (
        <>
          This view is limited to <Parts parts={shown} />.{" "}
        </>
      )}
      {hidesSignIns && "Sign-in events are hidden in this view. "}
      {hidden.length > 0 && (
        <>
          Hidden in this view: <Parts parts={hidden} />.
        </>
      )}
    </Banner>
  );
}
