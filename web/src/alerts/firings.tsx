import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellRing, Check } from "lucide-react";
import { acknowledge, type Firing, firingsQuery } from "../api/alerts.ts";
import { Refusal } from "../shell/failure.tsx";
import { ResourceList } from "../shell/resource-list.tsx";
import { visibleText } from "../text/visible.ts";
import { Button } from "../ui/button.tsx";
import type { ListColumn } from "../ui/list.tsx";
import { Notice } from "../ui/notice.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { When } from "../ui/when.tsx";

/** When alerts fired, newest first. */
export function Firings({ organization }: { organization: string }) {
  const queries = useQueryClient();
  const firings = useQuery(firingsQuery(organization));
  const { mutate, error } = useMutation({
    mutationFn: (firing: Firing) => acknowledge(organization, firing),
    onSuccess: () => queries.invalidateQueries({ queryKey: firingsQuery(organization).queryKey }),
  });
  return (
    <section aria-labelledby="firings-title" className="flex flex-col gap-3">
      <h2 id="firings-title" className="text-base font-semibold">
        Fired
      </h2>
      <Refusal error={error} />
      <ResourceList
        query={firings}
        label="Firings"
        columns={columns(mutate)}
        rowKey={({ id }) => id}
        empty={<Notice icon={BellRing} title="Nothing has fired yet" />}
      />
    </section>
  );
}

function columns(onAcknowledge: (firing: Firing) => void): readonly ListColumn<Firing>[] {
  return [
    { id: "time", label: "Time", width: "9.5rem", card: "line", cell: ({ fired_at }) => <When instant={fired_at} /> },
    { id: "alert", label: "Alert", card: "title", cell: (firing) => <What firing={firing} /> },
    {
      id: "acknowledged",
      label: "Acknowledged",
      width: "14rem",
      card: "foot",
      cell: (firing) => <Acknowledged firing={firing} onAcknowledge={onAcknowledge} />,
    },
  ];
}

function What({ firing: { alert, summary, event_id, undelivered } }: { firing: Firing }) {
  return (
    <span className="flex min-w-0 flex-col leading-5">
      <span className="truncate font-medium" title={visibleText(alert.name)}>
        <VisibleText value={alert.name} />
      </span>
      <span className="text-xs text-muted-foreground [overflow-wrap:anywhere]">
        <VisibleText value={summary} />{" "}
        {event_id !== null && (
          <Link
            to="/settings/organization/audit-logs"
            search={{ event: event_id }}
            className="underline underline-offset-2 max-lg:flex max-lg:min-h-11 max-lg:w-fit max-lg:items-center"
          >
            Show event
          </Link>
        )}
      </span>
      {undelivered !== null && (
        <span className="text-xs text-failure [overflow-wrap:anywhere]">
          Not delivered: <VisibleText value={undelivered} />
        </span>
      )}
    </span>
  );
}

interface AcknowledgedProps {
  readonly firing: Firing;
  readonly onAcknowledge: (firing: Firing) => void;
}

function Acknowledged({ firing, onAcknowledge }: AcknowledgedProps) {
  const { acknowledged_at, acknowledged_by } = firing;
  if (acknowledged_at === null) {
    return (
      <Button variant="outline" size="small" onClick={() => onAcknowledge(firing)}>
        <Check aria-hidden /> Acknowledge<span className="sr-only"> {visibleText(firing.summary)}</span>
      </Button>
    );
  }
  return (
    <span className="text-xs text-muted-foreground">
      <VisibleText value={acknowledged_by?.name ?? acknowledged_by?.id ?? ""} /> <When instant={acknowledged_at} />
    </span>
  );
}
