import type { Change, JsonValue } from "@daybook/sdk";
import { VisibleText } from "../ui/visible-text.tsx";
import { Absent } from "./cells.tsx";

function ChangedValue({ value, className }: { value: JsonValue | undefined; className: string }) {
  if (value === undefined) return <Absent />;
  return (
    <span
      className={`inline-block max-h-24 overflow-y-auto rounded-sm px-1.5 py-0.5 [overflow-wrap:anywhere] ${className}`}
    >
      <VisibleText value={JSON.stringify(value)} />
    </span>
  );
}

const CELL = "border-t border-border px-3 py-1.5 align-top";

/** Before and after, one changed field a line. */
export function ChangesTable({ changes }: { changes: readonly Change[] }) {
  return (
    <div className="overflow-clip rounded-lg border border-border bg-card">
      <table className="w-full table-fixed text-left font-mono text-xs">
        <thead className="font-sans text-muted-foreground">
          <tr>
            <th scope="col" className="w-[24%] px-3 py-1.5 font-medium">
              Field
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              Before
            </th>
            <th scope="col" className="px-3 py-1.5 font-medium">
              After
            </th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ path, before, after }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a caller may name one path twice; the list never changes.
            <tr key={index}>
              <th scope="row" className={`${CELL} py-2 font-medium [overflow-wrap:anywhere]`}>
                <VisibleText value={path} />
              </th>
              <td className={CELL}>
                <ChangedValue value={before} className="bg-failure-surface text-failure" />
              </td>
              <td className={CELL}>
                <ChangedValue value={after} className="bg-added-surface text-added" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
