import { Timeline } from "../../audit-logs/changes/timeline.tsx";
import type { FilterState } from "../../audit-logs/filters/use-filters.ts";
import { clip } from "../../text/truncate.ts";
import { Button } from "../../ui/button.tsx";
import { VisibleText } from "../../ui/visible-text.tsx";
import { Panel } from "../panel.tsx";
import { STARTING_POINTS } from "../starting-points.ts";
import { WhichResource } from "./which-resource.tsx";

interface ChangesProps {
  readonly state: FilterState;
  readonly query: URLSearchParams;
  /** What the rows were read as of; undefined until they are there. */
  readonly position: string | undefined;
}

/** A resource that is followed, and the way to another one. */
function OneResource({ state, id }: { state: FilterState; id: string }) {
  const { action: _action, ...everything } = state.filters;
  const { resource_id: _id, resource_type: _type, ...others } = state.filters;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <p className="mr-auto min-w-0 font-mono text-xs break-all max-sm:basis-full">
        <VisibleText value={clip(id, 64)} />
      </p>
      <Button variant="outline" size="small" onClick={() => state.setAll(everything)}>
        Everything done to it
      </Button>
      <Button variant="outline" size="small" onClick={() => state.setAll(others)}>
        Another resource
      </Button>
    </div>
  );
}

/** What changed on a resource: which one first, then field by field. */
export default function Changes({ state, query, position }: ChangesProps) {
  const { resource_id: [id] = [] } = state.filters;
  const asked = new URLSearchParams(query);
  // The rows and these come from one position of the log.
  if (position !== undefined) asked.set("as_of", position);
  const intro =
    id === undefined
      ? "Choose the resource to follow. Most changes first."
      : "Oldest change first. Expand a row to compare before and after.";
  return (
    <Panel title={STARTING_POINTS.changes.title} intro={intro}>
      {id === undefined ? (
        <WhichResource state={state} query={asked} />
      ) : (
        <>
          <OneResource state={state} id={id} />
          <Timeline query={asked} />
        </>
      )}
    </Panel>
  );
}
