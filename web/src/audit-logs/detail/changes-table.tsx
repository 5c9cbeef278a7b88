import type { JsonNode } from "../../text/json-tree.ts";
import { JsonText } from "../../ui/json-text.tsx";
import { ScrollText } from "../../ui/scroll-text.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { Absent } from "../table/cells.tsx";
import type { ShownChange } from "./changes.ts";

function ChangedValue({ value, className }: { value: JsonNode | undefined; className: string }) {
  if (value === undefined) return <Absent />;
  return (
    <ScrollText
      length={value.text.length}
      className={`inline-block max-w-full overflow-x-hidden rounded-sm px-1.5 py-0.5 ${className}`}
    >
      <JsonText value={value.text} />
    </ScrollText>
  );
}

/** A path may break after a dot or before a bracket; inside a name only when the name alone is too long for the line. */
function Path({ path }: { path: string }) {
  const parts = path.split(/(?<=\.)|(?=\[)/);
  return parts.map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and the path never changes.
    <span key={at}>
      {at > 0 && <wbr />}
      <VisibleText value={part} />
    </span>
  ));
}

const CELL = "overflow-hidden border-t border-border px-3 py-1.5 align-top max-sm:border-t-0";
/** On a phone a field is on its own line, over its two values: beside them a long name would break inside its words. */
const PHONE_LABEL = "max-sm:before:mr-2 max-sm:before:font-sans max-sm:before:text-muted-foreground";

/** Before and after, one changed field a line. */
export function ChangesTable({ changes }: { changes: readonly ShownChange[] }) {
  return (
    <div className="overflow-clip rounded-lg border border-border bg-card">
      {/* The roles are named because a table that is laid out as blocks loses its own. */}
      {/* biome-ignore-start lint/a11y/noRedundantRoles: as said above. */}
      <table role="table" className="w-full table-fixed text-left font-mono text-xs max-sm:block">
        <thead role="rowgroup" className="font-sans text-muted-foreground max-sm:sr-only">
          <tr role="row">
            <th role="columnheader" scope="col" className="w-[24%] px-3 py-1.5 font-medium">
              Field
            </th>
            <th role="columnheader" scope="col" className="px-3 py-1.5 font-medium">
              Before
            </th>
            <th role="columnheader" scope="col" className="px-3 py-1.5 font-medium">
              After
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-sm:block">
          {changes.map(({ path, before, after }, index) => (
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: a caller may name one path twice; the list never changes.
              key={index}
              role="row"
              className="max-sm:block max-sm:py-1.5 max-sm:not-first:border-t max-sm:not-first:border-border"
            >
              <th
                role="rowheader"
                scope="row"
                className={`${CELL} py-2 font-medium [overflow-wrap:anywhere] max-sm:block max-sm:py-1`}
              >
                <ScrollText length={path.length} className="block">
                  <Path path={path} />
                </ScrollText>
              </th>
              <td
                role="cell"
                className={`${CELL} max-sm:block max-sm:py-0.5 max-sm:before:content-['Before'] ${PHONE_LABEL}`}
              >
                <ChangedValue value={before} className="bg-failure-surface text-failure" />
              </td>
              <td
                role="cell"
                className={`${CELL} max-sm:block max-sm:py-0.5 max-sm:before:content-['After'] ${PHONE_LABEL}`}
              >
                <ChangedValue value={after} className="bg-added-surface text-added" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: as said above. */}
    </div>
  );
}
