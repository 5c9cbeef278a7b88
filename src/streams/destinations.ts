import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { parseAddress, parseAddressRange } from "@daybook/sdk/filters";
import ipaddr from "ipaddr.js";
import { DeliveryError } from "./contract.ts";
import { HostNames } from "./host-names.ts";

/** Public addresses at which clouds give their own machines their secrets. */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set(["168.63.129.16"]);

/**
 * Where streams can connect to: the public internet, and the networks that the operator allows. The owner of a stream chooses its destination, and
 * must not reach what only this machine can reach: loopback, private networks, a cloud's metadata. The address is checked at the moment of
 * connecting, because a name can resolve to another address than before.
 */
export class Destinations {
  private readonly allowed: readonly { readonly first: bigint; readonly last: bigint }[];
  private readonly names = new HostNames();

  /** @param networks addresses and CIDR ranges that are allowed besides public ones. */
  constructor(networks: readonly string[]) {
    this.allowed = networks.flatMap((network) => parseAddressRange(network) ?? []);
  }

  /** For `lookup` of node's sockets. A literal address is never looked up: see `requireHost`. */
  readonly lookup: LookupFunction = (hostname, options, done) => {
    const { all, family } = options;
    const give = (addresses: readonly LookupAddress[]) => {
      const permitted = addresses.filter(({ address }) => this.permits(address));
      const wanted = family === 4 || family === 6 ? permitted.filter((one) => one.family === family) : permitted;
      const [first] = wanted;
      if (first === undefined) done(refusal(hostname), "");
      else if (all === true) done(null, wanted);
      else done(null, first.address, first.family);
    };
    this.names.addresses(hostname).then(give, (error) => done(error, ""));
  };

  /** @throws DeliveryError when the host is a literal address that is not permitted. */
  requireHost(hostname: string): void {
    const address = hostname.replace(/^\[(.*)\]$/, "$1");
    if (isIP(address) !== 0 && !this.permits(address)) throw refusal(hostname);
  }

  private permits(address: string): boolean {
    const number = parseAddress(address);
    if (number !== undefined && this.allowed.some(({ first, last }) => number >= first && number <= last)) return true;
    // An IPv4 address inside an IPv6 one is checked as an IPv4 address.
    const parsed = ipaddr.process(address);
    return parsed.range() === "unicast" && !METADATA_ADDRESSES.has(parsed.toString());
  }
}

function refusal(host: string): DeliveryError {
  return new DeliveryError(
    "unavailable",
    `${host} is not a public address. The operator can allow its network with --stream-networks.`,
  );
}
