// biome-ignore-all lint/a11y/noRedundantRoles: a table that is laid out as blocks loses its own.
import { useState } from "react";
import { useAddressFacts } from "../../audit-logs/addresses/use-address-facts.ts";
import type { FilterState } from "../../audit-logs/filters/use-filters.ts";
import { countNumber } from "../../text/count-text.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../panel.tsx";
import { STARTING_POINTS } from "../starting-points.ts";
import { nextFilters } from "./follow-up.ts";
import { NetworkRow } from "./network-row.tsx";
import { failuresOf, useNetworks } from "./use-networks.ts";

/** More of them would push the rows out of sight. */
const SHOWN_FIRST = 5;

/** As high as one network: what is below stays where it is while they are counted, unless there are several. */
const ROOM = "min-h-16 @max-[60rem]:min-h-34 @max-[34rem]:min-h-52";

const HEADINGS = ["Network", "Attempts", "Accounts", "First", "Last", "Succeeded after?"];
const RIGHT = ["Attempts", "Accounts"];

function Headings() {
  return (
    <thead role="rowgroup" className="text-muted-foreground @max-[60rem]:sr-only">
      <tr role="row">
        {HEADINGS.map((heading) => (
          <th
            key={heading}
            role="columnheader"
            scope="col"
            className={`px-2 pb-1 font-medium whitespace-nowrap ${RIGHT.includes(heading) ? "text-right" : "text-left"}`}
          >
            {heading}
          </th>
        ))}
        <th role="columnheader" scope="col">
          <span className="sr-only">Next step</span>
        </th>
      </tr>
    </thead>
  );
}

interface FailedSignInsProps {
  readonly state: FilterState;
  readonly query: URLSearchParams;
  /** What the rows were read as of. */
  readonly position: string | undefined;
}

/** From where sign-ins failed, how often, and what happened then: one press shows a network alone, another shows all again. */
export default function FailedSignIns({ state, query, position }: FailedSignInsProps) {
  const [all, setAll] = useState(false);
  const failures = failuresOf(query, position);
  const { networks, more, problem } = useNetworks(state, failures);
  const notes = useAddressFacts((networks ?? []).map(({ value }) => value));
  const { ip: chosen = [] } = state.filters;
  const choose = (address: string) => state.set("ip", chosen.length === 1 && chosen[0] === address ? [] : [address]);
  const shown = all ? networks : networks?.slice(0, SHOWN_FIRST);
  return (
    <Panel
      title={STARTING_POINTS.failed_logins.title}
      intro="Choose a network to see its attempts alone. Most attempts first."
    >
      {problem !== undefined && (
        <p role="alert" className="text-xs text-failure">
          {problem.message}
        </p>
      )}
      {networks === undefined && problem === undefined && (
        <p className={`${ROOM} text-xs text-muted-foreground`}>Counting attempts</p>
      )}
      {networks?.length === 0 && (
        <p className={`${ROOM} text-xs text-muted-foreground`}>No failed sign-in in this range has an address.</p>
      )}
      {shown !== undefined && shown.length > 0 && (
        <div className={`${ROOM} overflow-x-clip`}>
          <table role="table" aria-label="Networks" className="w-full text-xs @max-[60rem]:block">
            <Headings />
            <tbody role="rowgroup" className="@max-[60rem]:block">
              {shown.map((network) => (
                <NetworkRow
                  key={network.value}
                  network={network}
                  note={notes.get(network.value)}
                  failures={failures}
                  chosen={chosen}
                  onChoose={choose}
                  onNext={(from) => state.setAll(nextFilters(state.filters, network.value, from), { order: "asc" })}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {networks !== undefined && networks.length > SHOWN_FIRST && (
        <Button variant="ghost" size="small" className="self-start" onClick={() => setAll(!all)}>
          {all ? "Show fewer networks" : `Show all ${countNumber(networks.length)}${more ? "+" : ""} networks`}
        </Button>
      )}
      {all && more && (
        <p className="text-xs text-muted-foreground">
          These are the {countNumber(networks?.length ?? 0)} networks with the most attempts. Narrow the range to see
          others.
        </p>
      )}
    </Panel>
  );
}
