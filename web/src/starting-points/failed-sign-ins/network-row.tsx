// biome-ignore-all lint/a11y/noRedundantRoles: a table that is laid out as blocks loses its own.
import { ChevronRight } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useAddressFacts } from "../../audit-logs/addresses/use-address-facts.ts";
import { useGroups } from "../../audit-logs/grouped/use-groups.ts";
import { useZone } from "../../audit-logs/time/zone-context.ts";
import { countNumber } from "../../text/count-text.ts";
import { visibleText } from "../../text/visible.ts";
import { Button } from "../../ui/button.tsx";
import { cn } from "../../ui/cn.ts";
import { VisibleText } from "../../ui/visible-text.tsx";
import type { FollowUp } from "./follow-up.ts";
import type { Network } from "./use-networks.ts";

const ADDRESSES_MAX = 10;

const CELL =
  "px-2 py-0.5 whitespace-nowrap @max-[60rem]:whitespace-normal @max-[60rem]:block @max-[60rem]:px-0 @max-[60rem]:py-0.5";
/** On a phone each network is a card, and its cells say what they are, below its address. */
const LABEL =
  "@max-[60rem]:before:mr-2 @max-[60rem]:before:text-muted-foreground @max-[60rem]:before:content-[attr(data-label)]";
const HEAD = "text-left font-normal @max-[60rem]:col-span-full @max-[60rem]:pl-0";
/** Gives way before the address does, and never widens the table: all of it is in its title. */
const NOTE = "min-w-0 shrink-[999] truncate text-muted-foreground @min-[60rem]:max-w-20";
const MESSAGE = "pl-10 whitespace-normal text-muted-foreground @max-[60rem]:pl-0";
const ROW =
  "@max-[60rem]:grid @max-[60rem]:grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] @max-[60rem]:items-center @max-[60rem]:gap-x-4 @max-[60rem]:border-t @max-[60rem]:border-border @max-[60rem]:py-2 @max-[60rem]:first:border-t-0 @min-[60rem]:[&>*]:border-t @min-[60rem]:[&>*]:border-border";

/** What belongs to the network above it. */
const BELOW = "@max-[60rem]:ml-7 @max-[60rem]:max-lg:ml-12";

function Time({ at }: { at: string }) {
  const { format } = useZone();
  return (
    <time dateTime={at} className="tabular-nums">
      {format(at)}
    </time>
  );
}

function SucceededAfter({ followUp }: { followUp: FollowUp | undefined }) {
  if (followUp === undefined) return <span aria-busy>…</span>;
  if (!followUp.succeeded) return "No";
  if (followUp.at === undefined)
    return <span title="People had already signed in from there before the attempts">Yes</span>;
  return (
    <span className="font-medium text-failure">
      Yes, <Time at={followUp.at} />
    </span>
  );
}

interface CountsProps {
  readonly of: Pick<Network, "count" | "actors" | "first" | "last">;
}

function Counts({ of: { count, actors, first, last } }: CountsProps) {
  return (
    <>
      <td role="cell" data-label="Attempts" className={cn(CELL, LABEL, "tabular-nums @min-[60rem]:text-right")}>
        {countNumber(count)}
      </td>
      <td role="cell" data-label="Accounts" className={cn(CELL, LABEL, "tabular-nums @min-[60rem]:text-right")}>
        {countNumber(actors)}
      </td>
      <td role="cell" data-label="First" className={cn(CELL, LABEL)}>
        <Time at={first} />
      </td>
      <td role="cell" data-label="Last" className={cn(CELL, LABEL)}>
        <Time at={last} />
      </td>
    </>
  );
}

interface AddressProps {
  readonly address: string;
  readonly pressed: boolean;
  readonly onPress: () => void;
  /** Country and network, where they are known. */
  readonly note: string | undefined;
  readonly children?: ReactNode;
}

/** An address or a network: pressed, the rows show it alone. */
function AddressButton({ address, pressed, onPress, note, children }: AddressProps) {
  return (
    <span className="flex min-w-0 items-center gap-1">
      {children}
      <button
        type="button"
        aria-pressed={pressed}
        onClick={onPress}
        className={cn(
          "min-h-6 min-w-0 cursor-pointer truncate rounded-sm px-1 font-mono hover:bg-accent max-lg:min-h-11",
          pressed && "bg-accent font-medium",
        )}
      >
        {address}
      </button>
      {note !== undefined && (
        <span data-slot="address-facts" title={visibleText(note)} className={NOTE}>
          <VisibleText value={note} />
        </span>
      )}
    </span>
  );
}

interface AddressesProps {
  readonly network: string;
  readonly failures: URLSearchParams;
  readonly chosen: readonly string[];
  readonly onChoose: (address: string) => void;
}

/** The addresses of a network, each a row below it. */
function Addresses({ network, failures, chosen, onChoose }: AddressesProps) {
  const query = new URLSearchParams(failures);
  query.set("ip", network);
  const { data, problem } = useGroups(query, "ip", ADDRESSES_MAX);
  const notes = useAddressFacts((data?.groups ?? []).map(({ value }) => value));
  const said = problem?.message ?? (data === undefined ? "Loading addresses" : undefined);
  if (said !== undefined) {
    return (
      <tr role="row" className={ROW}>
        <td role="cell" colSpan={7} className={cn(CELL, MESSAGE)}>
          {said}
        </td>
      </tr>
    );
  }
  return (
    <>
      {data?.groups.map((address) => (
        <tr key={address.value} role="row" className={cn(ROW, BELOW)}>
          <th role="rowheader" scope="row" className={cn(CELL, HEAD, "pl-9")}>
            <AddressButton
              address={address.value}
              pressed={chosen.length === 1 && chosen[0] === address.value}
              onPress={() => onChoose(address.value)}
              note={notes.get(address.value)}
            />
          </th>
          <Counts of={address} />
          <td role="cell" colSpan={2} className="@max-[60rem]:hidden" />
        </tr>
      ))}
      {data?.more && (
        <tr role="row" className={ROW}>
          <td role="cell" colSpan={7} className={cn(CELL, MESSAGE)}>
            The {ADDRESSES_MAX} most frequent addresses. The rows below show all of them.
          </td>
        </tr>
      )}
    </>
  );
}

interface NetworkRowProps extends Omit<AddressesProps, "network"> {
  readonly network: Network;
  readonly note: string | undefined;
  readonly onNext: (from: string) => void;
}

/** One network: how often, when, whether somebody got in, and the way on from there. */
export function NetworkRow({ network, note, failures, chosen, onChoose, onNext }: NetworkRowProps) {
  const [open, setOpen] = useState(false);
  const { value, followUp } = network;
  return (
    <>
      <tr role="row" className={ROW}>
        <th role="rowheader" scope="row" className={cn(CELL, HEAD)}>
          <AddressButton
            address={value}
            pressed={chosen.length === 1 && chosen[0] === value}
            onPress={() => onChoose(value)}
            note={note}
          >
            <Button
              variant="ghost"
              size="inline"
              aria-expanded={open}
              aria-label={`Addresses of ${value}`}
              onClick={() => setOpen(!open)}
            >
              <ChevronRight aria-hidden className={cn("transition-transform", open && "rotate-90")} />
            </Button>
          </AddressButton>
        </th>
        <Counts of={network} />
        <td role="cell" data-label="Succeeded after?" className={cn(CELL, LABEL)}>
          <SucceededAfter followUp={followUp} />
        </td>
        <td role="cell" className={cn(CELL, "text-right @max-[60rem]:text-left")}>
          <Button
            variant="outline"
            size="small"
            className="lg:h-6"
            disabled={followUp === undefined}
            onClick={() => followUp && onNext(followUp.from)}
          >
            What happened next
          </Button>
        </td>
      </tr>
      {open && <Addresses {...{ failures, chosen, onChoose }} network={value} />}
    </>
  );
}
