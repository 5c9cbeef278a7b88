import { type LookupAddress, type LookupAllOptions, lookup } from "node:dns";
import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { promisify } from "node:util";
import { errorCode } from "../log/index.ts";
import { OneByOne } from "../one-by-one.ts";

const HOSTS = "/etc/hosts";
/** How long one question waits for its answer; it is asked twice. */
const ANSWER_MS = 3_000;
/** There is no such name in the DNS, or there is no DNS. */
const UNKNOWN: ReadonlySet<string | undefined> = new Set(["ENOTFOUND", "ENODATA", "ECONNREFUSED"]);

/** Each look-up of the system holds one of a few threads of the process while it waits: never more than one of them. */
const SYSTEM = new OneByOne();
const bySystem = promisify(lookup) as (host: string, options: LookupAllOptions) => Promise<LookupAddress[]>;

/**
 * The addresses of host names. The DNS is asked over sockets, any number of names at once, so that names whose DNS hangs delay no other one. Only
 * what it does not know is looked up by the system, which also knows search domains and other directories.
 */
export class HostNames {
  private readonly resolver = new Resolver({ timeout: ANSWER_MS, tries: 2 });

  /** @param servers of the DNS. Default: the system's. */
  constructor(servers: readonly string[] = []) {
    if (servers.length > 0) this.resolver.setServers(servers);
  }

  /** @throws what the DNS or the system says. */
  async addresses(host: string): Promise<LookupAddress[]> {
    const listed = await listedAddresses(host);
    if (listed.length > 0) return listed;
    const answers = await Promise.allSettled([this.resolver.resolve4(host), this.resolver.resolve6(host)]);
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (found.length > 0) return found.map(asAddress);
    for (const answer of answers) {
      if (answer.status === "rejected" && !UNKNOWN.has(errorCode(answer.reason))) throw answer.reason;
    }
    return SYSTEM.do(() => bySystem(host, { all: true }));
  }
}

/** What the machine's own list says. It comes before the DNS, as for any program. */
async function listedAddresses(host: string): Promise<LookupAddress[]> {
  const text = await readFile(HOSTS, "utf8").catch(() => "");
  const wanted = host.toLowerCase();
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [asAddress(address)] : [];
  });
}

const asAddress = (address: string): LookupAddress => ({ address, family: isIP(address) });
