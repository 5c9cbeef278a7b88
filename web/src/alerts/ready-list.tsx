import { useQuery } from "@tanstack/react-query";
import { type Alert, type ReadyAlert, readyAlertsQuery } from "../api/alerts.ts";
import { Button } from "../ui/button.tsx";
import { Card } from "../ui/card.tsx";

interface ReadyListProps {
  readonly organization: string;
  readonly alerts: readonly Alert[];
  readonly onChoose: (ready: ReadyAlert) => void;
}

/** Alerts that only have to be switched on, as long as no alert has the same name. */
export function ReadyList({ organization, alerts, onChoose }: ReadyListProps) {
  const ready = useQuery(readyAlertsQuery(organization)).data ?? [];
  const left = ready.filter(({ name }) => !alerts.some((alert) => alert.name === name));
  if (left.length === 0) return null;
  return (
    <section aria-labelledby="ready-title" className="flex flex-col gap-3">
      <h2 id="ready-title" className="text-base font-semibold">
        Ready to switch on
      </h2>
      <Card className="grid gap-px overflow-clip bg-border max-lg:-mx-4 max-lg:rounded-none max-lg:border-x-0 lg:grid-cols-2">
        {left.map((one) => (
          <div key={one.id} className="flex items-center justify-between gap-3 bg-card px-4 py-3">
            <div className="min-w-0">
              <h3 className="text-sm font-medium">{one.name}</h3>
              <p className="text-xs text-pretty text-muted-foreground">{one.description}</p>
            </div>
            <Button variant="outline" size="small" onClick={() => onChoose(one)}>
              Switch on<span className="sr-only"> {one.name}</span>
            </Button>
          </div>
        ))}
        {left.length % 2 === 1 && <div className="bg-card max-lg:hidden" />}
      </Card>
    </section>
  );
}
