/** What databases that the operator provides know of addresses: country and network. They are read from disk; nothing is asked over a network. */

export { AddressDatabases } from "./databases.ts";
export { countryName } from "./facts.ts";
