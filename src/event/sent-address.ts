import { isIP } from "node:net";

/**
 * The one address in what frameworks and proxies give as a client's address, in the spelling that was sent; undefined when there is
 * none. Nothing is guessed: of a list nobody knows which one is the client, and a host name is not an address.
 */
export function addressIn(sent: string): string | undefined {
  if (isAddress(sent)) return sent;
  if (sent.length > LENGTH_MAX) return undefined;
  const bare = SURROUNDED.exec(sent)?.[2] ?? "";
  for (const form of FORMS) {
    const { address, port = "0" } = form.exec(bare)?.groups ?? {};
    if (address !== undefined && isAddress(address) && Number(port) <= PORT_MAX) return address;
  }
  return undefined;
}

/** More than any address takes, with all that can surround it. */
const LENGTH_MAX = 256;
const PORT_MAX = 65_535;

/** White space; quotes, as `Forwarded` has them (RFC 7239); the slash that Java writes before an address. */
const SURROUNDED = /^\s*("?)\/?(.*?)\1\s*$/s;

/** A zone (`%eth0`) names an interface of the machine that saw the address. A prefix as PostgreSQL writes it names a single address. */
const FORMS = [
  /^\[(?<address>[^\]%]+)(?:%[^\]]+)?\](?::(?<port>\d{1,5}))?$/,
  /^(?<address>[\d.]+)(?::(?<port>\d{1,5})|\/32)?$/,
  /^(?<address>[\da-f]*:[\da-f:.]*)(?:%[^/,\s]+)?(?:\/128)?$/i,
];

function isAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}
