import type { ReactNode } from "react";
import { countNumber, countText } from "../text/count-text.ts";
import { truncateId } from "../text/truncate.ts";
import { VisibleText } from "../ui/visible-text.tsx";
import type { ReviewSummary } from "./use-summary.ts";

interface MostProps {
  readonly title: string;
  readonly rows: readonly { readonly key: string; readonly name: ReactNode; readonly count: number }[];
  readonly more: boolean;
}

function Most({ title, rows, more }: MostProps) {
  return (
    <table className="w-full text-sm">
      <caption className="pb-1 text-left text-xs font-medium text-muted-foreground">{title}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Events</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, name, count }) => (
          <tr key={key} className="border-t border-border">
            <th scope="row" className="py-1 pr-3 text-left font-normal [overflow-wrap:anywhere]">
              {name}
            </th>
            <td className="py-1 text-right tabular-nums">{countNumber(count)}</td>
          </tr>
        ))}
      </tbody>
      {more && (
        <tfoot>
          <tr className="border-t border-border">
            <td colSpan={2} className="py-1 text-xs text-muted-foreground">
              and more
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

/** Who did what in the events that are signed off, most frequent first. */
export function Summary({ summary: { count, actions, people } }: { summary: ReviewSummary }) {
  return (
    <section aria-label="Summary" className="flex flex-col gap-3">
      <p className="text-sm font-semibold tabular-nums">{countText({ value: count, relation: "eq" })}</p>
      <div className="grid grid-cols-2 items-start gap-x-6 gap-y-3 max-sm:grid-cols-1">
        <Most
          title="By action"
          rows={actions.values.map(({ value, count }) => ({ key: value, name: <VisibleText value={value} />, count }))}
          more={actions.more}
        />
        <Most
          title="By person"
          rows={people.values.map(({ value, name, email, count }) => ({
            key: value,
            name: <VisibleText value={name ?? email ?? truncateId(value)} />,
            count,
          }))}
          more={people.more}
        />
      </div>
    </section>
  );
}
