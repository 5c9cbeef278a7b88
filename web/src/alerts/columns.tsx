import type { Alert } from "../api/alerts.ts";
import { visibleText } from "../text/visible.ts";
import type { ListColumn } from "../ui/list.tsx";
import { VisibleText } from "../ui/visible-text.tsx";
import { type AlertActs, AlertMenu } from "./alert-menu.tsx";
import { LastFired } from "./last-fired.tsx";
import { conditionText, deliverText } from "./words.ts";

export function alertColumns(acts: AlertActs): readonly ListColumn<Alert>[] {
  return [
    {
      id: "name",
      label: "Name",
      card: "title",
      cell: ({ name, condition, filter }) => (
        <span className="flex min-w-0 flex-col leading-5">
          <span className="truncate font-medium" title={visibleText(name)}>
            <VisibleText value={name} />
          </span>
          <span className="truncate text-xs text-muted-foreground">
            {conditionText(condition)}
            {Object.keys(filter).length > 0 && ", filtered"}
          </span>
        </span>
      ),
    },
    {
      id: "deliver",
      label: "Notifies",
      width: "18.5rem",
      card: "line",
      cell: ({ deliver }) => (
        <span className="block truncate" title={visibleText(deliverText(deliver))}>
          <VisibleText value={deliverText(deliver)} />
        </span>
      ),
    },
    { id: "fired", label: "Last fired", width: "12.5rem", card: "line", cell: (alert) => <LastFired alert={alert} /> },
    {
      id: "actions",
      label: "Actions",
      width: "9rem",
      card: "foot",
      cell: (alert) => <AlertMenu alert={alert} acts={acts} />,
    },
  ];
}
