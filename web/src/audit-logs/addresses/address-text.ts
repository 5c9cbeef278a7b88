import type { AddressFacts } from "../../api/addresses.ts";
import { clip } from "../../text/truncate.ts";

const NAME_MAX = 80;

interface Database {
  readonly built_at: string;
  readonly stale: boolean;
}

/** `Netherlands · AS64496 Example Hosting`; of an old database with its date. Empty where nothing is known. */
export function addressText(facts: AddressFacts | undefined, databases: readonly Database[]): string {
  if (facts === undefined) return "";
  const { country, network } = facts;
  const parts = [
    ...(country ? [country.name] : []),
    ...(network ? [`AS${network.number}${network.name === undefined ? "" : ` ${clip(network.name, NAME_MAX)}`}`] : []),
  ];
  if (parts.length === 0) return "";
  const [oldest] = databases
    .filter(({ stale }) => stale)
    .map(({ built_at }) => built_at.slice(0, 10))
    .sort();
  return [...parts, ...(oldest === undefined ? [] : [`as of ${oldest}`])].join(" · ");
}

/** The address that stands for a network: all of it is looked up as one. */
export function baseOf(address: string): string {
  return address.replace(/\/\d+$/, "");
}
